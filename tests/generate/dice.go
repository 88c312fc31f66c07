package generate

import (
	"math"
	"math/rand/v2"
)

// dice is a source of randomness that gives the same throws for the same seed on every machine.
type dice struct{ *rand.Rand }

// newDice returns dice of their own for each stream, so that a change in one part of the generator leaves the others
// as they were.
func newDice(seed, stream uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, stream))}
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between is uniform in [low, high).
func (d dice) between(low, high float64) float64 { return low + (high-low)*d.Float64() }

// logNormal is the law of nearly every duration and size on the web: a median, and a tail that sigma makes heavy
// (0.3: the 95th percentile is 1.6 medians; 1: it is 5.2).
func (d dice) logNormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*d.NormFloat64())
}

// pareto is at least low, with a tail of exponent alpha: the smaller, the heavier.
func (d dice) pareto(low, alpha float64) float64 {
	return low * math.Pow(1-d.Float64(), -1/alpha)
}

// geometric is the number of trials up to the first success, at least 1, with the given mean.
func (d dice) geometric(mean float64) int {
	n := 1
	for d.chance(1 - 1/mean) {
		n++
	}
	return n
}

// zipf is a rank in [0, n): low ranks are much more frequent, as pages and products are.
func (d dice) zipf(n uint64) uint64 {
	return rand.NewZipf(d.Rand, 1.15, 4, n-1).Uint64()
}

func one[T any](d dice, of []T) T { return of[d.IntN(len(of))] }

// weighted is a choice among items that are not equally likely.
type weighted[T any] struct {
	items []T
	upTo  []float64
}

func weigh[T any](items []T, weight func(T) float64) weighted[T] {
	w := weighted[T]{items: items, upTo: make([]float64, len(items))}
	var sum float64
	for i, item := range items {
		sum += weight(item)
		w.upTo[i] = sum
	}
	return w
}

func (w weighted[T]) draw(d dice) T {
	x := d.Float64() * w.upTo[len(w.upTo)-1]
	for i, upTo := range w.upTo {
		if x < upTo {
			return w.items[i]
		}
	}
	return w.items[len(w.items)-1]
}

// odds is a name with its weight.
type odds struct {
	name   string
	weight float64
}

func byOdds(o ...odds) weighted[odds] {
	return weigh(o, func(o odds) float64 { return o.weight })
}
