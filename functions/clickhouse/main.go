// Command clickhouse is the Lambda that delivers events to ClickHouse.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/destination"
	"github.com/rumline/rumline/shared/bootstrap"
	"github.com/rumline/rumline/shared/delivery"
)

func main() {
	bootstrap.Function[connection.Config]{
		Name: "clickhouse",
		// An insert costs the server some milliseconds however small it is, so chunks are large; the memory of one is
		// held about four times over while it is encoded, compressed and sent.
		Chunks: delivery.ChunkLimits{Rows: 100_000, Bytes: 48 << 20},
		New:    newDestination,
	}.Run()
}

func newDestination(ctx context.Context, c connection.Config, clients aws.Config) (delivery.Destination, error) {
	server, err := c.Open(ctx, secretsmanager.NewFromConfig(clients))
	if err != nil {
		return nil, err
	}
	return destination.New(server, c.Topology), nil
}
