package rum_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/rum"
)

func TestRealBeacons(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../tests/testdata/chromium-beacons.ndjson")
	require.NoError(t, err)
	b := rum.NewBlock()
	d := rum.NewDecoder(bytes.NewReader(data), "s3://raw/beacons")
	for {
		err := d.Next(b)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	require.Equal(t, 101, b.Len())
}
