// Package telemetry is what a function says of its work: log lines as JSON, which CloudWatch Logs Insights queries by
// field, and among them, for each invocation, its metrics, which add up to the proof that nothing was lost.
package telemetry

import (
	"io"
	"log/slog"
)

// NewLogger returns a logger that writes JSON lines of at least the given level, each with the given attributes.
func NewLogger(w io.Writer, level slog.Level, attributes ...slog.Attr) *slog.Logger {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})
	return slog.New(h.WithAttrs(attributes))
}
