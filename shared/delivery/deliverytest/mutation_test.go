package deliverytest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/shared/rum/rumtest"
)

// TestMutations breaks the protocol in one place at a time. A suite that does not notice is no proof of the protocol.
func TestMutations(t *testing.T) {
	for name, test := range map[string]struct {
		mutated mutation
		// caught are scenarios that have to notice; others may.
		caught []string
	}{
		"none": {},
		"commit before the write": {
			mutation{destination: func(d delivery.Destination, s ledger.Store) delivery.Destination {
				return destinationFunc(func(ctx context.Context, b *delivery.Batch) error {
					if _, err := s.Finish(ctx, b.ID); err != nil {
						return err
					}
					return d.Write(ctx, b)
				})
			}},
			[]string{"a worker that crashes at any request", "a storage that is down for a while", "progress of a long batch"},
		},
		"the name from the messages": {
			mutation{
				context: func(ctx context.Context, event events.SQSEvent) context.Context {
					h := sha256.New()
					for _, m := range event.Records {
						h.Write([]byte(m.MessageId + "\n"))
					}
					return context.WithValue(ctx, nameKey{}, hex.EncodeToString(h.Sum(nil)[:16]))
				},
				destination: func(d delivery.Destination, _ ledger.Store) delivery.Destination {
					return destinationFunc(func(ctx context.Context, b *delivery.Batch) error {
						renamed := *b
						renamed.ID, _ = ctx.Value(nameKey{}).(string)
						return d.Write(ctx, &renamed)
					})
				},
			},
			[]string{"other company after a failure", "a worker that crashes at any request"},
		},
		"a name of its own for every attempt": {
			mutation{destination: func(d delivery.Destination, _ ledger.Store) delivery.Destination {
				return destinationFunc(func(ctx context.Context, b *delivery.Batch) error {
					renamed := *b
					renamed.ID = fmt.Sprintf("%032x", attempts.Add(1))
					return d.Write(ctx, &renamed)
				})
			}},
			[]string{"other company after a failure", "a worker that crashes at any request", "a worker that is overtaken at any request"},
		},
		"no look-up on adoption": {
			mutation{destination: func(d delivery.Destination, _ ledger.Store) delivery.Destination {
				return destinationFunc(func(ctx context.Context, b *delivery.Batch) error {
					unknowing := *b
					unknowing.Adopted = false
					return d.Write(ctx, &unknowing)
				})
			}},
			[]string{"a worker that crashes at any request", "other company after a failure"},
		},
		"no fencing of claims without a record": {
			mutation{store: func(s ledger.Store) ledger.Store { return unfenced{s} }},
			[]string{"a worker that is overtaken at any request"},
		},
		"a claim for whoever asks": {
			mutation{store: func(s ledger.Store) ledger.Store { return generous{s} }},
			[]string{"messages delivered again"},
		},
		"a batch that is begun taken for done": {
			mutation{store: func(s ledger.Store) ledger.Store { return hasty{s} }},
			[]string{"a worker that crashes at any request", "a storage that is down for a while"},
		},
		"a member forgotten on adoption": {
			mutation{store: func(s ledger.Store) ledger.Store { return forgetful{s} }},
			[]string{"other company after a failure", "a worker that crashes at any request"},
		},
		"progress ahead of the write": {
			mutation{destination: func(d delivery.Destination, _ ledger.Store) delivery.Destination {
				return destinationFunc(func(ctx context.Context, b *delivery.Batch) error {
					if err := b.Wrote(ctx, 15); err != nil {
						return err
					}
					return d.Write(ctx, b)
				})
			}},
			[]string{"progress of a long batch"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			caught := map[string]bool{}
			for _, s := range handled {
				err := s.run(newWorld(t, reference, test.mutated))
				if err != nil {
					require.ErrorIs(t, err, errWrong, s.name)
				}
				caught[s.name] = err != nil
				t.Logf("%-45s %v", s.name, err)
			}
			if name == "none" {
				require.NotContains(t, values(caught), true)
			}
			for _, s := range test.caught {
				require.True(t, caught[s], "%s: not noticed by %q", name, s)
			}
		})
	}
}

type nameKey struct{}

var attempts atomic.Int64

type destinationFunc func(context.Context, *delivery.Batch) error

// Write implements delivery.Destination.
func (f destinationFunc) Write(ctx context.Context, b *delivery.Batch) error { return f(ctx, b) }

// Probe implements delivery.Destination.
func (destinationFunc) Probe(context.Context) error { return nil }

// unfenced says that a batch is void, and does not see to it.
type unfenced struct{ ledger.Store }

// Record implements ledger.Store.
func (s unfenced) Record(ctx context.Context, r ledger.Record, members []string) (ledger.Record, error) {
	if r.State == ledger.Void {
		return r, nil
	}
	return s.Store.Record(ctx, r, members)
}

// generous lets everybody have the claim.
type generous struct{ ledger.Store }

// Claim implements ledger.Store.
func (s generous) Claim(ctx context.Context, c ledger.Claim) (ledger.Claim, error) {
	if _, err := s.Store.Claim(ctx, c); err != nil {
		return c, err
	}
	return c, nil
}

// Insert implements ledger.Store.
func (s generous) Insert(ctx context.Context, claims []ledger.Claim) []bool {
	s.Store.Insert(ctx, claims)
	return slices.Repeat([]bool{true}, len(claims))
}

// hasty takes every batch that is begun for done.
type hasty struct{ ledger.Store }

// Lookup implements ledger.Store.
func (s hasty) Lookup(ctx context.Context, batch string) (ledger.Record, error) {
	r, err := s.Store.Lookup(ctx, batch)
	if r.State == ledger.Open {
		r.State = ledger.Done
	}
	return r, err
}

// forgetful loses a batch's first member.
type forgetful struct{ ledger.Store }

// Members implements ledger.Store.
func (s forgetful) Members(ctx context.Context, batch string) ([]string, error) {
	members, err := s.Store.Members(ctx, batch)
	return members[min(1, len(members)):], err
}

// Mutations of the destination's own code, which the first level has to notice.
func TestMutatedDestinations(t *testing.T) {
	for name, test := range map[string]struct {
		write  func(*Reference, context.Context, *delivery.Batch) error
		caught []string
	}{
		"no look-up on adoption": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				unknowing := *b
				unknowing.Adopted = false
				return r.Write(ctx, &unknowing)
			},
			[]string{"a source that breaks off before any chunk", "a storage that fails at any request", "a batch adopted with any of its chunks there"},
		},
		"errors kept to itself": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				_ = r.Write(ctx, b)
				return nil
			},
			[]string{"a source that breaks off before any chunk", "a storage that fails at any request"},
		},
		"nothing written": {
			func(*Reference, context.Context, *delivery.Batch) error { return nil },
			[]string{"a batch written again", "a batch written by several at once"},
		},
		"adopted batches taken for written": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				if b.Adopted {
					return nil
				}
				return r.Write(ctx, b)
			},
			[]string{"a source that breaks off before any chunk", "a batch adopted with any of its chunks there"},
		},
		"chunks counted from where it begins": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				renumbered := delivery.NewBatch(b.ID, func(yield func(delivery.Chunk, error) bool) {
					n := 0
					for chunk, err := range b.Chunks() {
						chunk.Index = n
						n++
						if !yield(chunk, err) {
							return
						}
					}
				})
				renumbered.Adopted = b.Adopted
				return r.Write(ctx, renumbered)
			},
			[]string{"a batch adopted with any of its chunks there"},
		},
		"a field forgotten": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				return r.writeAnd(ctx, b, func(row rumtest.Row) { delete(row, "inp_ms") })
			},
			[]string{"every field at its limits"},
		},
		"ends of lines mended": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				return r.writeAnd(ctx, b, func(row rumtest.Row) {
					if text, there := row["error_message"].(string); there {
						row["error_message"] = strings.ReplaceAll(text, "\r\n", "\n")
					}
				})
			},
			[]string{"every field at its limits"},
		},
		"one event of a thousand lost": {
			func(r *Reference, ctx context.Context, b *delivery.Batch) error {
				err := r.Write(ctx, b)
				r.mu.Lock()
				defer r.mu.Unlock()
				if len(r.rows) > 1000 {
					r.rows = slices.Delete(r.rows, 1000, 1001)
				}
				return err
			},
			[]string{"a chunk of many events"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := Harness{Discarding: reference.Discarding, New: func(testing.TB) Subject {
				r := NewReference()
				s := r.Subject()
				s.Destination = destinationFunc(func(ctx context.Context, b *delivery.Batch) error { return test.write(r, ctx, b) })
				return s
			}}
			caught := map[string]bool{}
			for _, s := range direct {
				err := s.run(t, h)
				caught[s.name] = err != nil
				t.Logf("%-45s %v", s.name, err)
			}
			for _, s := range test.caught {
				require.True(t, caught[s], "%s: not noticed by %q", name, s)
			}
		})
	}
}

// writeAnd does something to every row that is there after the write.
func (r *Reference) writeAnd(ctx context.Context, b *delivery.Batch, do func(rumtest.Row)) error {
	err := r.Write(ctx, b)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range r.rows {
		do(row)
	}
	return err
}

func TestAHoarderIsNoticed(t *testing.T) {
	var kept [][]byte
	h := Harness{Discarding: func(testing.TB) delivery.Destination {
		return destinationFunc(func(_ context.Context, b *delivery.Batch) error {
			for chunk, err := range b.Chunks() {
				if err != nil {
					return err
				}
				kept = append(kept, make([]byte, chunk.Events.Bytes()))
			}
			return nil
		})
	}}
	require.ErrorIs(t, boundedMemory(t, h), errWrong)
	require.NotEmpty(t, kept)
}

func values(m map[string]bool) (all []bool) {
	for _, v := range m {
		all = append(all, v)
	}
	return all
}
