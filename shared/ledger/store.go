package ledger

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Store keeps claims and records. Its operations are atomic, each by itself, and reads see every write before them.
//
// An operation that answers with an error may have taken effect, or may yet. Its codes are failure.LedgerUnavailable and
// failure.LedgerRefused.
type Store interface {
	// Claim makes the claim where there is none, and returns the one that is there then.
	Claim(ctx context.Context, c Claim) (Claim, error)
	// Insert makes claims, at most MaxInserts, each of another object and each by itself, where there are none. It says of
	// which it knows that they are made. Another may be somebody else's, or may have failed, or may be made all the same,
	// now or later: Claim tells.
	Insert(ctx context.Context, claims []Claim) (made []bool)
	// TakeOver puts a claim in the place of another, and says whether that one was still there.
	TakeOver(ctx context.Context, from, to Claim) (bool, error)
	// Release removes the claim if it is still there.
	Release(ctx context.Context, c Claim) error

	// Record makes the record where there is none, with its members, and returns the one that is there then.
	Record(ctx context.Context, r Record, members []string) (Record, error)
	// Lookup returns the record; one in the state None where there is none.
	Lookup(ctx context.Context, batch string) (Record, error)
	// Members returns the members of an open record.
	Members(ctx context.Context, batch string) ([]string, error)
	// Advance puts a record in the place of another of the same owner and attempt that is open, and returns the one
	// that is there then.
	Advance(ctx context.Context, from, to Record) (Record, error)
	// Finish marks the record as done, and says whether it was not done before.
	Finish(ctx context.Context, batch string) (first bool, err error)
}

// MaxInserts is how many claims Insert takes.
const MaxInserts = 25

// Claim says which batch an object belongs to.
type Claim struct {
	Object  string
	Batch   string
	Lease   time.Time // until when the object is left to the claimant if the batch has no record
	Expires time.Time // when the claim may be forgotten
}

// Record says what is known of a batch.
type Record struct {
	Batch string
	State State
	// Owner is the worker that holds the batch, Attempt how many have held it.
	Owner   string
	Attempt int
	Lease   time.Time // until when the batch is left to its owner
	Chunks  int       // known to be written
	// Plan is how the batch is cut into chunks: a later version of the code may cut others differently.
	Plan    string
	Expires time.Time // when the record may be forgotten
}

// State is how far a batch has come.
type State uint8

// The states.
const (
	None State = iota // there is no record
	Open              // it is being written
	Done              // all of it is written
	Void              // it never will be
)

func objectsOf(claims []Claim) []string {
	objects := make([]string, len(claims))
	for i, c := range claims {
		objects[i] = c.Object
	}
	return objects
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
