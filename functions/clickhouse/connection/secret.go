package connection

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Secrets is the part of the Secrets Manager client that is needed.
type Secrets interface {
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// server is where the server is and how to know it: what a secret may change.
type server struct {
	dsn DSN
	ca  string
	// from is where the DSN was found, for errors.
	from string
}

// find reads the secret if there is one.
func (c Config) find(ctx context.Context, secrets Secrets) (server, error) {
	if c.DSN != "" {
		return server{dsn: c.DSN, ca: c.CA, from: "RUMLINE_CLICKHOUSE_DSN"}, nil
	}
	out, err := secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &c.DSNSecret})
	if err != nil {
		return server{}, fmt.Errorf("reading the secret of RUMLINE_CLICKHOUSE_DSN_SECRET: %w", err)
	}
	if out.SecretString == nil || *out.SecretString == "" {
		return server{}, errors.New("the secret of RUMLINE_CLICKHOUSE_DSN_SECRET has no string: put the DSN there")
	}
	return c.open(*out.SecretString)
}

// open reads the string of a secret: a DSN, or a JSON object that has one.
func (c Config) open(secret string) (server, error) {
	found := server{dsn: DSN(secret), ca: c.CA, from: "the secret of RUMLINE_CLICKHOUSE_DSN_SECRET"}
	if !strings.HasPrefix(strings.TrimSpace(secret), "{") {
		return found, nil
	}
	var object struct {
		DSN string `json:"dsn"`
		CA  string `json:"ca"`
	}
	if err := json.Unmarshal([]byte(secret), &object); err != nil || object.DSN == "" {
		return server{}, fmt.Errorf(`%s begins like a JSON object and is none that has a text "dsn"`, found.from) // the error may quote it
	}
	found.dsn, found.ca = DSN(object.DSN), cmp.Or(object.CA, c.CA)
	return found, nil
}
