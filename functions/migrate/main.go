// Command migrate is the Lambda that brings ClickHouse's schema up to date as a step of the deployment, from where the
// server can be reached.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/migrate/command"
	"github.com/rumline/rumline/shared/telemetry"
)

func main() {
	server, secrets, err := connection.Find(context.Background(), "")
	if err != nil {
		fmt.Fprintln(os.Stderr, "rumline migrate cannot start:", err)
		os.Exit(1)
	}
	h := command.Handler{Server: server, Secrets: secrets, Log: telemetry.NewLogger(os.Stdout, slog.LevelInfo)}
	lambda.Start(h.Handle)
}
