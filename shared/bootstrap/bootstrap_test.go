package bootstrap

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
)

type own struct {
	Place string `env:"RUMLINE_PLACE,required,notEmpty"`
}

type destination struct{ own }

// Write implements delivery.Destination.
func (destination) Write(context.Context, *delivery.Batch) error { return nil }

// Probe implements delivery.Destination.
func (destination) Probe(context.Context) error { return nil }

// TestConfiguration: what is wrong with the environment is said before the first message, by the variable's name.
func TestConfiguration(t *testing.T) {
	sound := map[string]string{
		"RUMLINE_ENVIRONMENT": "dev", "RUMLINE_PLACE": "here", "AWS_REGION": "eu-west-1", "RUMLINE_LEDGER_TABLE": "ledger",
		"RUMLINE_QUARANTINE_BUCKET": "quarantine-bucket",
	}
	tests := map[string]struct {
		name, value string
		wrong       string
	}{
		"sound":               {},
		"no environment":      {"RUMLINE_ENVIRONMENT", "", "RUMLINE_ENVIRONMENT"},
		"log level":           {"RUMLINE_LOG_LEVEL", "loud", "loud"},
		"no number":           {"RUMLINE_READ_CONCURRENCY", "many", "many"},
		"no readers":          {"RUMLINE_READ_CONCURRENCY", "0", "RUMLINE_READ_CONCURRENCY is 0; it must be 1 to 1024"},
		"no bytes":            {"RUMLINE_MAX_OBJECT_BYTES", "-1", "RUMLINE_MAX_OBJECT_BYTES is -1; it must be positive"},
		"no quarantine":       {"RUMLINE_QUARANTINE_BUCKET", "", "RUMLINE_QUARANTINE_BUCKET"},
		"no ledger":           {"RUMLINE_LEDGER_TABLE", "", "RUMLINE_LEDGER_TABLE"},
		"forgetful":           {"RUMLINE_LEDGER_RETENTION_DAYS", "0", "RUMLINE_LEDGER_RETENTION_DAYS is 0; it must be positive"},
		"the function's own":  {"RUMLINE_PLACE", "", "RUMLINE_PLACE"},
		"checked by function": {"RUMLINE_PLACE", "nowhere", "RUMLINE_PLACE is nowhere"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for k, v := range sound {
				t.Setenv(k, v)
			}
			if test.name != "" {
				t.Setenv(test.name, test.value)
			}
			h, err := Function[own]{Name: "place", Chunks: delivery.ChunkLimits{Rows: 7, Bytes: 8}, New: newDestination}.handler(t.Context())
			if test.wrong != "" {
				require.ErrorContains(t, err, test.wrong)
				return
			}
			require.NoError(t, err)
			require.Equal(t, destination{own{"here"}}, h.Destination)
			require.Equal(t, delivery.ChunkLimits{Rows: 7, Bytes: 8}, h.Chunks)
			require.Equal(t, 256, h.ReadConcurrency)
			require.EqualValues(t, 4<<30, h.Source.MaxDocumentBytes)
			require.True(t, h.Log.Enabled(t.Context(), slog.LevelInfo))
			require.False(t, h.Log.Enabled(t.Context(), slog.LevelDebug))
		})
	}
}

func newDestination(_ context.Context, c own, _ aws.Config) (delivery.Destination, error) {
	if c.Place == "nowhere" {
		return nil, errors.New("RUMLINE_PLACE is nowhere")
	}
	return destination{c}, nil
}
