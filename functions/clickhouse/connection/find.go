package connection

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/caarlos0/env/v11"
)

// Find returns the configuration of the environment, and a client that reads its secret. A DSN that is not empty takes the
// place of the environment's: commands have a flag for it.
func Find(ctx context.Context, dsn string) (Config, Secrets, error) {
	c, err := env.ParseAs[Config]()
	if err != nil {
		return c, nil, fmt.Errorf("reading the environment: %w", err)
	}
	if dsn != "" {
		c.DSN, c.DSNSecret = DSN(dsn), ""
		return c, nil, c.Check()
	}
	clients, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return c, nil, fmt.Errorf("configuring the AWS client: %w", err)
	}
	return c, secretsmanager.NewFromConfig(clients), c.Check()
}
