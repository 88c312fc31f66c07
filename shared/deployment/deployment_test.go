package deployment_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
)

// store is Parameter Store, with a parameter a page.
type store struct {
	parameters map[string]string
	err        error
}

// GetParametersByPath implements ssm.GetParametersByPathAPIClient.
func (s store) GetParametersByPath(_ context.Context, in *ssm.GetParametersByPathInput, _ ...func(*ssm.Options)) (*ssm.GetParametersByPathOutput, error) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(s.parameters)), func(name string) bool {
		return !strings.HasPrefix(name, *in.Path) || name <= aws.ToString(in.NextToken)
	})
	out := &ssm.GetParametersByPathOutput{}
	if len(names) > 0 {
		out.Parameters = []types.Parameter{{Name: &names[0], Value: aws.String(s.parameters[names[0]])}}
	}
	if len(names) > 1 {
		out.NextToken = &names[0]
	}
	return out, s.err
}

func TestLoad(t *testing.T) {
	t.Parallel()
	s := store{parameters: map[string]string{
		"/rumline/dev/deployment":              `{"workspace":"dev","raw_bucket":"raw","added_later":1}`,
		"/rumline/dev/destinations/parquet":    `{"queue_url":"q1","batch_size":1000}`,
		"/rumline/dev/destinations/clickhouse": `{"queue_url":"q2"}`,
		"/rumline/dev2/deployment":             `{"workspace":"dev2"}`,
		"/rumline/broken/deployment":           `{`,
		"/rumline/empty/destinations/parquet":  `{}`,
	}}
	d, err := deployment.Load(t.Context(), s, "dev")
	require.NoError(t, err)
	require.Equal(t, "raw", d.RawBucket)
	require.Equal(t, []string{"clickhouse", "parquet"}, d.Names())
	one, err := d.Destination("parquet")
	require.NoError(t, err)
	require.Equal(t, deployment.Destination{QueueURL: "q1", BatchSize: 1000}, one)
	_, err = d.Destination("parket")
	require.ErrorContains(t, err, `dev has no destination "parket"; it has clickhouse, parquet`)

	for workspace, says := range map[string]string{
		"prod": "there is no workspace prod here", "empty": "there is no workspace empty here", "broken": "read parameter /rumline/broken/deployment",
	} {
		_, err = deployment.Load(t.Context(), s, workspace)
		require.ErrorContains(t, err, says)
	}
	s.err = errors.New("denied")
	_, err = deployment.Load(t.Context(), s, "dev")
	require.ErrorIs(t, err, s.err)
}

// TestTerraformSaysAllOfIt: what Terraform puts into the parameters is what is read from them, member by member.
func TestTerraformSaysAllOfIt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../terraform/descriptor.tf")
	require.NoError(t, err)
	values := regexp.MustCompile(`(?s)value = jsonencode\(\{(.*?)\}\)`).FindAllSubmatch(text, -1)
	require.Len(t, values, 2)
	for i, v := range []any{deployment.Deployment{}, deployment.Destination{}} {
		var written []string
		for _, m := range regexp.MustCompile(`(?m)^\s+(\w+)\s+=`).FindAllSubmatch(values[i][1], -1) {
			written = append(written, string(m[1]))
		}
		var read []string
		for field := range reflect.TypeOf(v).Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "-" {
				read = append(read, name)
			}
		}
		require.ElementsMatch(t, read, written)
	}
}
