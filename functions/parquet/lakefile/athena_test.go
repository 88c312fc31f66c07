package lakefile_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
)

var update = flag.Bool("update", false, "write the committed files anew")

func TestCommittedTableIsThatOfTheFields(t *testing.T) {
	t.Parallel()
	got := lakefile.AthenaTable("s3://YOUR-LAKE-BUCKET/events/")
	const committed = "../athena.sql"
	if *update {
		require.NoError(t, os.WriteFile(committed, []byte(got), 0o600))
	}
	want, err := os.ReadFile(committed)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run: go test ./functions/parquet/lakefile -update")
}
