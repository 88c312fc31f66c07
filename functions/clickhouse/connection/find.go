package connection

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/caarlos0/env/v11"
)

// Find returns the options of the server that a DSN names or, when it is empty, that the environment names: for
// commands, which have no configuration of a function.
func Find(ctx context.Context, dsn string) (*clickhouse.Options, error) {
	if dsn != "" {
		return parse(DSN(dsn), "-dsn")
	}
	c, err := env.ParseAs[Config]()
	if err != nil {
		return nil, fmt.Errorf("reading the environment: %w", err)
	}
	clients, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configuring the AWS client: %w", err)
	}
	return c.Options(ctx, secretsmanager.NewFromConfig(clients))
}
