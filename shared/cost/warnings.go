package cost

import "fmt"

const (
	// packed is the size of objects that the advice compares with: past it there is little left to save.
	packed = 1000
	// worthwhile is what packing must save a month, in dollars and as a share of the bill, to be worth a word.
	worthwhile      = 1.0
	worthwhileShare = 0.5
)

// warnings say what packing would save where the objects are what the bill is made of.
func warnings(b Bill, p Prices, m Measured) ([]string, error) {
	if b.Workload.EventsPerObject >= packed {
		return nil, nil
	}
	better := b.Workload
	better.EventsPerObject = packed
	then, err := bill(better, p, m)
	if err != nil {
		return nil, err
	}
	saved := b.Delivery() - then.Delivery()
	if saved < worthwhile || saved < worthwhileShare*b.Delivery() {
		return nil, nil
	}
	return []string{fmt.Sprintf(
		"%.0f %% of the delivery is paid by the object: at %d events an object instead of %.4g it would be $%.2f a month instead of $%.2f.",
		100*saved/b.Delivery(), packed, b.Workload.EventsPerObject, then.Delivery(), b.Delivery())}, nil
}
