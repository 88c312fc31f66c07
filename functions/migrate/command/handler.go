package command

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/shared/failure"
)

// Handler is the function.
type Handler struct {
	Server connection.Config
	// Secrets may be nil when the server needs none.
	Secrets connection.Secrets
	Log     *slog.Logger
}

// Handle is its entry point. The type of its errors is a code of package failure. The secret is read for each command, since
// there is one a deployment.
func (h Handler) Handle(ctx context.Context, e Event) (Answer, error) {
	answer, err := h.run(ctx, e)
	if err != nil {
		h.Log.ErrorContext(ctx, "not migrated", "command", e.Command, "code", failure.CodeOf(err), "error", err.Error(), "new", answer.New)
		return Answer{}, messages.InvokeResponse_Error{Type: string(failure.CodeOf(err)), Message: err.Error()}
	}
	h.Log.InfoContext(ctx, "schema", "command", e.Command, "version", answer.Version, "new", answer.New, "pending", answer.Pending)
	return answer, nil
}

func (h Handler) run(ctx context.Context, e Event) (Answer, error) {
	options, err := h.Server.Options(ctx, h.Secrets)
	if err != nil {
		return Answer{}, failure.Wrap(failure.DestinationRefused, err, "finding the server")
	}
	return Run(ctx, migrations.Schema{Server: options, Topology: h.Server.Topology}, e)
}
