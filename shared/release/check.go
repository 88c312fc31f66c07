package release

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/rumline/rumline/shared/delivery"
)

// migrate is the function that brings ClickHouse's schema up to date, where there is one.
const migrate = "migrate"

// migrateSchema has a version bring ClickHouse's schema up to date, from within its network.
func (r *Release) migrateSchema(ctx context.Context, at Versions) error {
	function, ok := r.Deployment.Functions[migrate]
	if !ok {
		return nil
	}
	answer, err := r.invoke(ctx, function, at.of(migrate), map[string]string{"command": "up"})
	if err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	fmt.Fprintf(r.Out, "schema: %s\n", answer)
	return nil
}

// Check has every destination try all that a batch would need, with its own rights and in its own network. Its error names each
// destination that is not well.
func (r *Release) Check(ctx context.Context) error { return r.check(ctx, nil) }

// check is Check of versions. Of a function that they do not name it is what the alias points at.
func (r *Release) check(ctx context.Context, at Versions) error {
	var failures []error
	for _, name := range slices.Sorted(maps.Keys(r.Deployment.Destinations)) {
		if err := r.probe(ctx, name, at.of(name)); err != nil {
			failures = append(failures, err)
			continue
		}
		fmt.Fprintf(r.Out, "%s: well\n", name)
	}
	return errors.Join(failures...)
}

// of is how a part's function is invoked.
func (v Versions) of(part string) string { return cmp.Or(v[part], alias) }

// probe asks one destination whether it could deliver.
func (r *Release) probe(ctx context.Context, name, qualifier string) error {
	function, ok := r.Deployment.Functions[name]
	if !ok {
		return fmt.Errorf("destination %s has no function in the deployment", name)
	}
	answer, err := r.invoke(ctx, function, qualifier, delivery.Event{Probe: true, Report: true})
	if err != nil {
		return fmt.Errorf("probe %s: %w", name, err)
	}
	var health delivery.Health
	if err := json.Unmarshal(answer, &health); err != nil {
		return fmt.Errorf("probe %s: it answered %s: %w", name, answer, err)
	}
	if !health.Healthy {
		return fmt.Errorf("%s is not well (%s): %s", name, health.Code, health.Error)
	}
	return nil
}

// invoke runs a version of a function. That the function failed is an error.
func (r *Release) invoke(ctx context.Context, function, qualifier string, event any) ([]byte, error) {
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, fmt.Errorf("write the event: %w", err)
	}
	out, err := r.Lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Qualifier: &qualifier, Payload: payload})
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", function, err)
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("%s failed: %s", function, out.Payload)
	}
	return out.Payload, nil
}
