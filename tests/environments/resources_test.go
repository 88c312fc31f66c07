package environments

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
)

// resources are those that a workspace has.
func resources(ctx context.Context, t *testing.T, w *local.Workspace) []*tfjson.StateResource {
	t.Helper()
	all, err := w.Resources(ctx)
	require.NoError(t, err)
	return all
}

// arns are those of all that a workspace has made.
func arns(ctx context.Context, t *testing.T, w *local.Workspace) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, r := range resources(ctx, t, w) {
		if arn, _ := r.AttributeValues["arn"].(string); arn != "" {
			found[arn] = true
		}
	}
	return found
}

// metric is what alarms watch and dashboards show.
type metric struct {
	Namespace, Name, Dimensions string
}

// watched are the metrics of a workspace's alarms.
func watched(ctx context.Context, t *testing.T, w *local.Workspace) map[metric]bool {
	t.Helper()
	all := map[metric]bool{}
	for _, r := range resources(ctx, t, w) {
		if r.Type != "aws_cloudwatch_metric_alarm" {
			continue
		}
		var alarm struct {
			Queries []struct {
				Metrics []struct {
					Namespace  string            `json:"namespace"`
					Name       string            `json:"metric_name"`
					Dimensions map[string]string `json:"dimensions"`
				} `json:"metric"`
			} `json:"metric_query"`
		}
		reread(t, r.AttributeValues, &alarm)
		for _, q := range alarm.Queries {
			for _, m := range q.Metrics {
				dimensions, err := json.Marshal(m.Dimensions)
				require.NoError(t, err)
				all[metric{m.Namespace, m.Name, string(dimensions)}] = true
			}
		}
	}
	return all
}

// shown are the environments whose metrics a workspace's dashboard shows.
func shown(ctx context.Context, t *testing.T, w *local.Workspace) (environments []string) {
	t.Helper()
	for _, r := range resources(ctx, t, w) {
		if r.Type != "aws_cloudwatch_dashboard" {
			continue
		}
		var dashboard struct {
			Widgets []struct {
				Properties struct{ Metrics [][]any }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(r.AttributeValues["dashboard_body"].(string)), &dashboard))
		for _, widget := range dashboard.Widgets {
			for _, m := range widget.Properties.Metrics {
				if i := slices.Index(m, any("Environment")); i >= 0 {
					environments = append(environments, m[i+1].(string))
				}
			}
		}
	}
	slices.Sort(environments)
	return slices.Compact(environments)
}

func reread(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, to))
}
