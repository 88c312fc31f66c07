// Command parquet is the Lambda that delivers events to the lake, as Parquet.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rumline/rumline/functions/parquet/lakefile"
	"github.com/rumline/rumline/shared/bootstrap"
	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/lake"
)

func main() {
	bootstrap.Function[lake.Config]{
		Name: "parquet",
		// Engines pay per file, so chunks are large: a chunk becomes one file per hour that it holds events of. It
		// takes about 1 KB of memory a row, and its files some 150 bytes a row more.
		Chunks: delivery.ChunkLimits{Rows: 100_000, Bytes: 64 << 20},
		New:    newDestination,
	}.Run()
}

func newDestination(_ context.Context, c lake.Config, clients aws.Config) (delivery.Destination, error) {
	bucket, err := lake.NewBucket(s3.NewFromConfig(clients), c)
	if err != nil {
		return nil, err
	}
	return lakefile.New(bucket), nil
}
