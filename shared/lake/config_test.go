package lake_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/lake"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config lake.Config
		want   string // of the error; empty where there is none
	}{
		"a folder":             {lake.Config{Bucket: "rumline-dev-lake-123456789012", Prefix: "events/"}, ""},
		"folders":              {lake.Config{Bucket: "b.b-b", Prefix: "a/b/"}, ""},
		"no prefix":            {lake.Config{Bucket: "bbb"}, ""},
		"no bucket":            {lake.Config{Prefix: "events/"}, "RUMLINE_OUTPUT_BUCKET"},
		"a URL for a bucket":   {lake.Config{Bucket: "s3://lake"}, "RUMLINE_OUTPUT_BUCKET"},
		"upper case":           {lake.Config{Bucket: "Lake"}, "RUMLINE_OUTPUT_BUCKET"},
		"no slash at the end":  {lake.Config{Bucket: "lake", Prefix: "events"}, "RUMLINE_OUTPUT_PREFIX"},
		"a slash in front":     {lake.Config{Bucket: "lake", Prefix: "/events/"}, "RUMLINE_OUTPUT_PREFIX"},
		"a slash too many":     {lake.Config{Bucket: "lake", Prefix: "a//b/"}, "RUMLINE_OUTPUT_PREFIX"},
		"a partition of yours": {lake.Config{Bucket: "lake", Prefix: "v=1/"}, "RUMLINE_OUTPUT_PREFIX"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := lake.NewBucket(nil, c.config)
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
			}
		})
	}
}
