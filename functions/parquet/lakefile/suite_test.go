package lakefile_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/delivery/deliverytest"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestDelivery(t *testing.T) {
	deliverytest.Run(t, laketest.Harness(
		func(b *lake.Bucket) delivery.Destination { return lakefile.New(b) },
		func(tb testing.TB, s *laketest.S3) (all []rumtest.Row) {
			for key, body := range s.Objects(tb) {
				file, err := lakefile.Open(bytes.NewReader(body), int64(len(body)))
				require.NoError(tb, err, key)
				for row, err := range file.Rows() {
					require.NoError(tb, err, key)
					all = append(all, rumtest.Row(row))
				}
			}
			return all
		},
	))
}
