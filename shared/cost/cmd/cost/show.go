package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/rumline/rumline/shared/cost"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// show writes the bill for people, and what is not in it.
func show(out io.Writer, b cost.Bill, m cost.Measured, notMeasured []string) error {
	w := b.Workload
	err := screen.Print(out, "%s events a month, %s an object, %s, %s prices of %s, measured on %s\n\n",
		humanize.SIWithDigits(w.EventsPerMonth, 1, ""), humanize.Ftoa(w.EventsPerObject), w.Environment, b.Prices.Region, b.Prices.Date, m.Date)
	if err != nil {
		return err
	}
	t := screen.NewTable("paid by", "for", "a month", "unit", "$ a month")
	lines(t, "all destinations", b.Shared)
	for _, d := range b.Destinations {
		lines(t, fmt.Sprintf("%s (%.0f objects a batch)", d.Name, d.ObjectsPerBatch), d.Lines)
	}
	t.Total("delivery", fmt.Sprintf("$%.4f a million events", b.PerMillion()), "", "", dollars(b.Delivery()))
	t.Total("fixed", "alarms, metrics, polls", "", "", dollars(cost.Sum(b.Fixed)))
	t.Total("kept", b.Kept.What, quantity(b.Kept), b.Kept.Unit, dollars(b.Kept.USD))
	t.Total("a month", "", "", "", dollars(b.Delivery()+cost.Sum(b.Fixed)+b.Kept.USD))
	if err := t.Print(out); err != nil {
		return err
	}
	if len(notMeasured) > 0 {
		err := screen.Print(out, "\nnot measured, and not in the sum: %s\n"+
			"`go tool task cost:measure` measures the Destinations of tests/bench/rig; the sum takes the mappings of shared/cost/workload.go\n",
			screen.Printable(strings.Join(notMeasured, ", ")))
		if err != nil {
			return err
		}
	}
	for _, warning := range b.Warnings {
		if err := screen.Print(out, "\n%s\n", warning); err != nil {
			return err
		}
	}
	return nil
}

func lines(t *screen.Table, by string, lines []cost.Line) {
	for _, l := range lines {
		t.Row(by, l.What, quantity(l), l.Unit, dollars(l.USD))
		by = ""
	}
}

func quantity(l cost.Line) string { return humanize.SIWithDigits(l.Quantity, 2, "") }

// dollars has the digits that matter, also of small amounts.
func dollars(usd float64) string {
	if usd < 1 {
		return fmt.Sprintf("%.4f", usd)
	}
	return humanize.CommafWithDigits(usd, 2)
}
