// Command cost says what Rumline costs a month: what its functions took when they were measured, times AWS's prices.
//
//	cost -events 100e6 -per-object 1000 -env prod    the bill, by destination
//	cost -coefficients FILE                          writes the model as a table, which Terraform's forecast reads
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rumline/rumline/shared/cost"
	"github.com/rumline/rumline/shared/oncall/screen"
)

func main() {
	err := run(os.Args[1:], os.Stdout)
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("cost", flag.ContinueOnError)
	w := cost.Workload{}
	flags.Float64Var(&w.EventsPerMonth, "events", 100e6, "events a month")
	flags.Float64Var(&w.EventsPerObject, "per-object", 1000, "events in an object of the raw bucket")
	flags.StringVar(&w.Environment, "env", "prod", "dev, preprod or prod")
	asJSON := flags.Bool("json", false, "write one JSON document")
	destinations := flags.String("destinations", "terraform/destinations.auto.tfvars", "Terraform's file of the destinations there are")
	coefficients := flags.String("coefficients", "", "write the model as a table into this file")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	measured, err := cost.LoadMeasured()
	if err != nil {
		return err
	}
	if *coefficients != "" {
		return tabulate(*coefficients, measured)
	}
	bill, err := cost.New(w, cost.USEast1, measured)
	if err != nil {
		return err
	}
	names, err := configured(*destinations)
	if err != nil {
		return err
	}
	notMeasured := without(bill, names)
	if *asJSON {
		return screen.JSON(out, document{bill, bill.Delivery(), bill.PerMillion(), cost.Sum(bill.Fixed), notMeasured})
	}
	return show(out, bill, measured, notMeasured)
}

// document is the bill for scripts, with its sums.
type document struct {
	cost.Bill

	DeliveryUSD   float64 `json:"delivery_usd"`
	PerMillionUSD float64 `json:"usd_per_million_events"`
	FixedUSD      float64 `json:"fixed_usd"`
	// NotMeasured are the destinations that are configured, but in no sum.
	NotMeasured []string `json:"not_measured"`
}

func tabulate(path string, measured cost.Measured) error {
	table, err := cost.Tabulate(cost.USEast1, measured)
	if err != nil {
		return err
	}
	text, err := table.Encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // Terraform's user reads it
		return fmt.Errorf("write the coefficients: %w", err)
	}
	return nil
}
