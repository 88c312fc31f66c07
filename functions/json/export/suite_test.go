package export_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/json/export"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/delivery/deliverytest"
	"github.com/rumline/rumline/shared/lake"
	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

func TestDelivery(t *testing.T) {
	deliverytest.Run(t, laketest.Harness(
		func(b *lake.Bucket) delivery.Destination { return export.New(b) },
		func(tb testing.TB, s *laketest.S3) (all []rumtest.Row) {
			for key, body := range s.Objects(tb) {
				for row, err := range export.Rows(bytes.NewReader(body)) {
					require.NoError(tb, err, key)
					all = append(all, rumtest.Row(row))
				}
			}
			return all
		},
	))
}
