package lakefile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/rum"
)

// TestCommittedColumnsAreThoseOfTheFields: Terraform makes the table of Glue's that Athena's statement would make.
func TestCommittedColumnsAreThoseOfTheFields(t *testing.T) {
	t.Parallel()
	type column struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Comment string `json:"comment"`
	}
	var columns []column
	line := regexp.MustCompile("(?m)^ {2}`(\\w+)` (\\S+) COMMENT '(.*?)',?$")
	for _, m := range line.FindAllStringSubmatch(lakefile.AthenaTable("s3://lake/events/"), -1) {
		columns = append(columns, column{m[1], m[2], strings.ReplaceAll(m[3], "''", "'")})
	}
	require.Len(t, columns, len(rum.Fields()))
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(columns))

	const committed = "../../../terraform/modules/athena/columns.json"
	if *update {
		require.NoError(t, os.WriteFile(committed, want.Bytes(), 0o600))
	}
	got, err := os.ReadFile(committed)
	require.NoError(t, err)
	require.Equal(t, want.String(), string(got), "run: go test ./functions/parquet/lakefile -update")
}

// TestProjectionIsTerraforms: what Athena's statement says of partitions, the table of Terraform's says, too.
func TestProjectionIsTerraforms(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("../../../terraform/modules/athena/main.tf")
	require.NoError(t, err)
	spaces := regexp.MustCompile(` +`)
	written := spaces.ReplaceAllString(string(table), " ")
	properties := regexp.MustCompile(`'(projection[^']*)' = '([^']*)'`).FindAllStringSubmatch(lakefile.AthenaTable("s3://lake/events/"), -1)
	require.NotEmpty(t, properties)
	for _, p := range properties {
		require.Contains(t, written, `"`+p[1]+`" = "`+p[2]+`"`)
	}
}
