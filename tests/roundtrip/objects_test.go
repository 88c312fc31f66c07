package roundtrip_test

import (
	"bytes"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/lake/laketest"
	"github.com/rumline/rumline/tests/roundtrip"
)

// TestObjectsAreThoseOfTheTable: what engines skip is no file, whatever is in it, and everything else is.
func TestObjectsAreThoseOfTheTable(t *testing.T) {
	for key, read := range map[string]bool{
		"events/dt=2026-11-23/hour=07/a.parquet":        true,
		"events/dt=2026-11-23/hour=07/a_b.parquet":      true,
		"events/dt=2026-11-23/hour=07/a.b":              true,
		"events/_dt=2026-11-23/a.parquet":               true, // only the last part of a name hides
		"events/a":                                      true,
		"events/_probe":                                 false,
		"events/.hidden":                                false,
		"events/dt=2026-11-23/_SUCCESS":                 false,
		"events/dt=2026-11-23/hour=07/.a.parquet.crc":   false,
		"events/dt=2026-11-23/hour=07/_a.parquet":       false,
		"events/dt=2026-11-23/hour=07/__a_.b_c.parquet": false,
		"training/a":                                    false, // another table's
	} {
		t.Run(key, func(t *testing.T) {
			store := laketest.NewS3(t)
			_, err := store.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String(laketest.BucketName), Key: &key, Body: bytes.NewReader([]byte("no file")),
			})
			require.NoError(t, err)
			objects := roundtrip.Objects{Client: store.Client, Bucket: laketest.BucketName, Prefix: "events/"}

			count, size, err := objects.Size(t.Context())
			require.NoError(t, err)
			if read {
				require.Equal(t, 1, count)
				require.EqualValues(t, len("no file"), size)
			} else {
				require.Zero(t, count)
				require.Zero(t, size)
			}
			for name, rows := range map[string]roundtrip.Rows{"parquet": objects.Parquet(t.Context()), "json": objects.JSON(t.Context())} {
				failed := 0
				for _, err := range rows {
					require.ErrorContains(t, err, key, name)
					failed++
				}
				require.Equal(t, count, failed, name)
			}
		})
	}
}
