package cost

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Coefficients are the model as a table, for those who cannot run it: what a million events cost by the events an object, with
// full batches, and what an environment costs without one.
type Coefficients struct {
	Date            string             `json:"date"`
	Region          string             `json:"region"`
	FixedMonthlyUSD float64            `json:"fixed_monthly_usd"`
	Destinations    map[string]PerSize `json:"destinations"`
	Shared          PerSize            `json:"shared"`
}

// PerSize is dollars for a million events, by the events an object.
type PerSize struct {
	PerMillion map[string]float64 `json:"usd_per_million_events"`
}

// Sizes are the events an object that Coefficients have.
var Sizes = []int{1, 10, 100, 1_000, 10_000}

// Tabulate computes the table.
func Tabulate(p Prices, m Measured) (Coefficients, error) {
	c := Coefficients{
		Date: m.Date, Region: p.Region, FixedMonthlyUSD: rounded(Sum(fixed(p))),
		Destinations: map[string]PerSize{}, Shared: PerSize{map[string]float64{}},
	}
	for _, size := range Sizes {
		b, err := New(Workload{EventsPerMonth: million, EventsPerObject: float64(size), Environment: "prod", FullBatches: true}, p, m)
		if err != nil {
			return Coefficients{}, err
		}
		key := strconv.Itoa(size)
		c.Shared.PerMillion[key] = rounded(Sum(b.Shared))
		for _, d := range b.Destinations {
			if c.Destinations[d.Name].PerMillion == nil {
				c.Destinations[d.Name] = PerSize{map[string]float64{}}
			}
			c.Destinations[d.Name].PerMillion[key] = rounded(d.USD())
		}
	}
	return c, nil
}

// Encode is the table as the file beside the code has it.
func (c Coefficients) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the coefficients: %w", err)
	}
	return append(text, '\n'), nil
}

// rounded keeps what is worth a word: a millionth of a dollar.
func rounded(usd float64) float64 { return math.Round(usd*million) / million }
