package privilege

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Planned are the accesses that a state machine's definition asks for, in order, those of states that no execution came to
// included.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
func Planned(definition string) ([]Access, error) {
	var root any
	if err := json.Unmarshal([]byte(definition), &root); err != nil {
		return nil, fmt.Errorf("read the definition: %w", err)
	}
	found := map[Access]bool{}
	if err := tasks(root, found); err != nil {
		return nil, err
	}
	return sorted(found), nil
}

// tasks collects what the tasks in a part of a definition ask for.
func tasks(part any, found map[Access]bool) error {
	switch p := part.(type) {
	case map[string]any:
		if p["Type"] == "Task" {
			resource, _ := p["Resource"].(string)
			parameters, _ := p["Parameters"].(map[string]any)
			a, err := taskAccess(resource, parameters)
			if err != nil {
				return err
			}
			found[a] = true
		}
		for _, inner := range p {
			if err := tasks(inner, found); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range p {
			if err := tasks(inner, found); err != nil {
				return err
			}
		}
	}
	return nil
}

// prefixes are the services whose actions begin with another name than Step Functions gives them.
var prefixes = map[string]string{"eventbridge": "events", "sfn": "states"}

func taskAccess(resource string, parameters map[string]any) (Access, error) {
	parts := strings.Split(resource, ":")
	if len(parts) < 7 || parts[2] != "states" {
		return Access{}, fmt.Errorf("the task %q is of a kind that is not known here", resource)
	}
	parts = parts[5:] // lambda:invoke, or aws-sdk:lambda:updateEventSourceMapping
	if parts[0] == "aws-sdk" {
		parts = parts[1:]
	}
	if len(parts) != 2 || parts[1] == "" {
		return Access{}, fmt.Errorf("the task %q is of a kind that is not known here", resource)
	}
	service, operation := parts[0], strings.ToUpper(parts[1][:1])+parts[1][1:]
	if prefix, ok := prefixes[service]; ok {
		service = prefix
	}
	a := Access{Action: service + ":" + operation, Resource: Some}
	switch a.Action {
	case "lambda:Invoke":
		a.Action = "lambda:InvokeFunction"
		if function, ok := parameters["FunctionName"].(string); ok {
			a.Resource = function
		}
	case "cloudwatch:PutMetricData":
		a.Resource, a.Key = "*", "cloudwatch:namespace"
		a.Value, _ = parameters["Namespace"].(string)
	}
	return a, nil
}
