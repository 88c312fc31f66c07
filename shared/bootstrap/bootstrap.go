// Package bootstrap is the start of every destination's function: it reads and checks the configuration, makes the
// clients that all need, and hands over to the Lambda runtime. What a function's main.go adds is its own part.
package bootstrap

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/caarlos0/env/v11"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/landing/direct"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/telemetry"
)

// Function is a destination's Lambda. C is its own part of the configuration: a struct whose fields name their
// environment variables in the tags of caarlos0/env.
type Function[C any] struct {
	// Name is the destination's.
	Name string
	// Chunks bounds what the function holds in memory of a batch.
	Chunks delivery.ChunkLimits
	// New makes the destination. It checks the configuration and returns what is wrong with it.
	New func(ctx context.Context, c C, aws aws.Config) (delivery.Destination, error)
}

// Config is what every function reads from its environment.
type Config struct {
	Environment     string     `env:"RUMLINE_ENVIRONMENT,required,notEmpty"`
	LogLevel        slog.Level `env:"RUMLINE_LOG_LEVEL"                      envDefault:"info"`
	ReadConcurrency int        `env:"RUMLINE_READ_CONCURRENCY"               envDefault:"256"`
	MaxObjectBytes  int64      `env:"RUMLINE_MAX_OBJECT_BYTES"               envDefault:"4294967296"`
	LedgerTable     string     `env:"RUMLINE_LEDGER_TABLE,required,notEmpty"`
	// LedgerDays is how many days it is remembered what was delivered.
	LedgerDays int `env:"RUMLINE_LEDGER_RETENTION_DAYS" envDefault:"30"`
	Quarantine quarantine.Config
}

// Run starts the function and does not return. A function that cannot start says why in one line and exits, which
// Lambda reports as an initialisation error.
func (f Function[C]) Run() {
	handler, err := f.handler(context.Background())
	if err != nil {
		fmt.Fprintf(os.Stderr, "rumline %s cannot start: %v\n", f.Name, err)
		os.Exit(1) //nolint:revive // it is the whole of every main
	}
	lambda.Start(handler.Serve)
}

func (f Function[C]) handler(ctx context.Context) (*delivery.Handler, error) {
	if err := limitMemory(); err != nil {
		return nil, err
	}
	common, err := env.ParseAs[Config]()
	if err != nil {
		return nil, fmt.Errorf("read the environment: %w", err)
	}
	if err := common.check(); err != nil {
		return nil, err
	}
	own, err := env.ParseAs[C]()
	if err != nil {
		return nil, fmt.Errorf("read the environment: %w", err)
	}
	clients, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(connections(common.ReadConcurrency)))
	if err != nil {
		return nil, fmt.Errorf("configure AWS clients: %w", err)
	}
	destination, err := f.New(ctx, own, clients)
	if err != nil {
		return nil, err
	}
	objects := s3.NewFromConfig(clients, quiet)
	kept, err := quarantine.New(objects, common.Quarantine, f.Name)
	if err != nil {
		return nil, err
	}
	table := dynamodb.NewFromConfig(clients)
	return &delivery.Handler{
		Source:      &landing.Source{Client: direct.New(objects), MaxDocumentBytes: common.MaxObjectBytes},
		Destination: destination,
		Quarantine:  kept,
		Ledger: ledger.Ledger{
			Store:       ledger.NewDynamoDB(table, common.LedgerTable, f.Name),
			Retention:   time.Duration(common.LedgerDays) * 24 * time.Hour,
			Concurrency: common.ReadConcurrency,
			Now:         time.Now,
		},
		Failures:        ledger.NewFailures(table, common.LedgerTable, f.Name),
		Chunks:          f.Chunks,
		ReadConcurrency: common.ReadConcurrency,
		Metrics:         telemetry.NewEmitter(os.Stdout, f.Name, common.Environment, time.Now),
		Log: telemetry.NewLogger(os.Stdout, common.LogLevel,
			slog.String("destination", f.Name), slog.String("environment", common.Environment)),
	}, nil
}

// connections keeps as many connections to each service as there may be requests at once. The SDK's usual client keeps ten, and
// makes all others anew for each request.
func connections(requests int) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, requests
	})
}

// quiet keeps the client from a line for every object that was stored without a checksum.
func quiet(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }

func (c Config) check() error {
	const maxReaders = 1024
	switch {
	case c.ReadConcurrency < 1 || c.ReadConcurrency > maxReaders:
		return fmt.Errorf("RUMLINE_READ_CONCURRENCY is %d; it must be 1 to %d", c.ReadConcurrency, maxReaders)
	case c.LedgerDays < 1:
		return fmt.Errorf("RUMLINE_LEDGER_RETENTION_DAYS is %d; it must be positive", c.LedgerDays)
	case c.MaxObjectBytes < 1:
		return fmt.Errorf("RUMLINE_MAX_OBJECT_BYTES is %d; it must be positive", c.MaxObjectBytes)
	}
	return nil
}
