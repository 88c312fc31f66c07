// Command migrate brings a ClickHouse server's schema up to date (up), shows which migrations it has and lacks
// (status), or changes for how many days events and the rollup are kept, 0 for ever (keep).
//
//	go run ./functions/migrate/cmd/migrate [-dsn DSN] up|status|keep EVENT_DAYS ROLLUP_DAYS
//
// Its environment is that of the function: RUMLINE_CLICKHOUSE_TOPOLOGY and RUMLINE_CLICKHOUSE_CLUSTER say what the server is made up
// of, RUMLINE_CLICKHOUSE_DSN or RUMLINE_CLICKHOUSE_DSN_SECRET, which is read with the AWS credentials of the environment, where it is.
// -dsn takes the place of these two.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

const usage = "usage: migrate [-dsn DSN] up|status|keep EVENT_DAYS ROLLUP_DAYS"

func main() {
	dsn := flag.String("dsn", "", "DSN of the server, instead of the environment's")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(context.Background(), *dsn, flag.Args(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}
