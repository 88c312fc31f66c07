package local

import (
	"context"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
)

// Preview plans the first deployment of an environment, dev, preprod or prod, in an account that the stack plays: what Terraform would
// make, without an account. It returns the plan, and the same as Terraform prints it.
func (s *Stack) Preview(ctx context.Context, artifactsDir, environment string) (*tfjson.Plan, string, error) {
	t, err := s.Terraform(ctx, artifactsDir)
	if err != nil {
		return nil, "", err
	}
	w, err := s.NewWorkspace(ctx, t, environment)
	if err != nil {
		return nil, "", err
	}
	plan, err := w.Plan(ctx)
	if err != nil {
		return nil, "", err
	}
	text, err := w.run.ShowPlanFileRaw(ctx, planFile)
	if err != nil {
		return nil, "", fmt.Errorf("read the plan of %s: %w", environment, err)
	}
	return plan, text, nil
}
