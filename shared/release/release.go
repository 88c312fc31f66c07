// Package release looks after what a deployment has published: it prepares for it what it needs, tries whether it is well, has it
// run, remembers which versions those are, and goes back to the ones that ran before.
//
// Terraform publishes a version of a function with each change; everything invokes the alias `live`. A deployment has Terraform leave
// the aliases where they are ([Release.Live] says where), and they move in [Release.Finish], once the schema has what the new versions
// write. Functions change one at a time, so a release is the set of versions that ran together: the parameter
// /rumline/<workspace>/release has the one that was last found well, and the one before it.
package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/rumline/rumline/shared/deployment"
)

// alias is what is invoked of each function (terraform/modules/function).
const alias = "live"

// Lambda is what a release asks of functions.
type Lambda interface {
	GetAlias(ctx context.Context, in *lambda.GetAliasInput, opts ...func(*lambda.Options)) (*lambda.GetAliasOutput, error)
	UpdateAlias(ctx context.Context, in *lambda.UpdateAliasInput, opts ...func(*lambda.Options)) (*lambda.UpdateAliasOutput, error)
	Invoke(ctx context.Context, in *lambda.InvokeInput, opts ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

// Parameters is what a release asks of Parameter Store.
type Parameters interface {
	GetParameter(ctx context.Context, in *ssm.GetParameterInput, opts ...func(*ssm.Options)) (*ssm.GetParameterOutput, error)
	PutParameter(ctx context.Context, in *ssm.PutParameterInput, opts ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
}

var (
	_ Lambda     = (*lambda.Client)(nil)
	_ Parameters = (*ssm.Client)(nil)
)

// Versions are a release: the version that runs of each function, by the function's part in the deployment.
type Versions map[string]string

// Record is what is remembered of releases.
type Record struct {
	// Current was found well last; Previous ran before it, and is empty when there is nothing to go back to.
	Current  Versions `json:"current"`
	Previous Versions `json:"previous"`
}

// Release is the releases of one deployment.
type Release struct {
	Deployment *deployment.Deployment
	Lambda     Lambda
	Parameters Parameters
	// Out takes what is done, a line each.
	Out io.Writer
}

// Live is what the aliases point at now. A function that has none yet is not in it.
func (r *Release) Live(ctx context.Context) (Versions, error) {
	live := Versions{}
	for part, function := range r.Deployment.Functions {
		out, err := r.Lambda.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &function, Name: aws.String(alias)})
		if _, missing := errors.AsType[*lambdatypes.ResourceNotFoundException](err); missing {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("ask which version of %s runs: %w", function, err)
		}
		live[part] = aws.ToString(out.FunctionVersion)
	}
	return live, nil
}

// Finish ends a deployment. The schema is brought up to date by the new version of the function that does that, every destination's new
// version is tried, and only when all is well do the aliases point at them: what runs never meets a schema that lacks what it writes. When
// something is not well, what was well last runs on, and the error says so.
func (r *Release) Finish(ctx context.Context) error {
	record, err := r.read(ctx)
	if err != nil {
		return err
	}
	published := Versions(r.Deployment.Versions)
	err = r.migrateSchema(ctx, published)
	if err == nil {
		err = r.check(ctx, published)
	}
	if err != nil {
		if len(record.Current) == 0 {
			return fmt.Errorf("what was deployed is not well, and nothing was well before it to go back to: %w", err)
		}
		// Whoever applied Terraform by hand has the new versions run already. The caller may have had enough, and what is not well must
		// not stay.
		return errors.Join(fmt.Errorf("what was deployed is not well: %w", err), r.point(context.WithoutCancel(ctx), record.Current))
	}
	if err := r.point(ctx, published); err != nil {
		return err
	}
	live, err := r.Live(ctx)
	if err != nil {
		return err
	}
	if maps.Equal(live, record.Current) {
		return nil
	}
	return r.write(ctx, Record{Current: live, Previous: record.Current})
}

// Rollback points the aliases at the versions that ran before those of the last release. The next deployment points them at its
// own again.
func (r *Release) Rollback(ctx context.Context) error {
	record, err := r.read(ctx)
	if err != nil {
		return err
	}
	if len(record.Previous) == 0 {
		return fmt.Errorf("%s has no release to go back to: the one that runs is the first, or was gone back to already", r.Deployment.Workspace)
	}
	if err := r.point(ctx, record.Previous); err != nil {
		return err
	}
	return r.write(ctx, Record{Current: record.Previous})
}

// point has the aliases point at versions. A function that the versions do not name is newer than they are, and stays.
func (r *Release) point(ctx context.Context, to Versions) error {
	live, err := r.Live(ctx)
	if err != nil {
		return err
	}
	for _, part := range slices.Sorted(maps.Keys(live)) {
		version, known := to[part]
		if !known || version == live[part] {
			continue
		}
		function := r.Deployment.Functions[part]
		_, err := r.Lambda.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: &function, Name: aws.String(alias), FunctionVersion: &version})
		if err != nil {
			return fmt.Errorf("have %s run version %s: %w", function, version, err)
		}
		fmt.Fprintf(r.Out, "%s: version %s runs instead of %s\n", function, version, live[part])
	}
	return nil
}

func (r *Release) parameter() string { return deployment.Path(r.Deployment.Workspace) + "release" }

func (r *Release) read(ctx context.Context) (Record, error) {
	out, err := r.Parameters.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(r.parameter())})
	if _, missing := errors.AsType[*types.ParameterNotFound](err); missing {
		return Record{}, nil
	}
	if err != nil {
		return Record{}, fmt.Errorf("read which release runs: %w", err)
	}
	var record Record
	if err := json.Unmarshal([]byte(aws.ToString(out.Parameter.Value)), &record); err != nil {
		return Record{}, fmt.Errorf("read parameter %s: %w", r.parameter(), err)
	}
	return record, nil
}

func (r *Release) write(ctx context.Context, record Record) error {
	value, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("write parameter %s: %w", r.parameter(), err)
	}
	_, err = r.Parameters.PutParameter(ctx, &ssm.PutParameterInput{
		Name: aws.String(r.parameter()), Value: aws.String(string(value)), Type: types.ParameterTypeString, Overwrite: aws.Bool(true),
		Description: aws.String("Rumline " + r.Deployment.Workspace + ": the versions that run, and those that ran before"),
	})
	if err != nil {
		return fmt.Errorf("remember which release runs: %w", err)
	}
	fmt.Fprintf(r.Out, "%s runs", r.Deployment.Workspace)
	for _, part := range slices.Sorted(maps.Keys(record.Current)) {
		fmt.Fprintf(r.Out, " %s %s", part, record.Current[part])
	}
	fmt.Fprintln(r.Out)
	return nil
}
