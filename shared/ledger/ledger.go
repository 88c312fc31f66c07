// Package ledger remembers which batch each source object belongs to, so that its events are written under one name,
// for good, however often and in whatever company SQS hands out its message.
//
// The difficulty: after a failure SQS forms other batches, so nothing that is made of the batch at hand (a hash of its
// messages, say) deduplicates. So each object is claimed for one batch before anything is written, and a batch is
// recorded, with its members in their order, before anything of it is written. Whoever meets a claim later follows it to
// the record:
//
//	no record, lease live     somebody is about to record it: leave the object to him
//	no record, lease over     he is gone: void his batch, then take the object over
//	recorded without it       he dropped it, or his batch is void: take the object over
//	record open, lease live   somebody writes it: leave the object to him
//	record open, lease over   he is gone: adopt the whole batch, its members in their order, and write it under its ID
//	record done               the object is delivered
//
// A batch is voided by recording it as void, and a batch is recorded only where there is no record: so a worker that was
// slow, and not gone, finds that its batch is void before it has written anything. And two workers that both hold a
// batch for theirs write the same bytes under the same names. So clocks decide only how long things take, never what
// becomes of them.
package ledger

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/rumline/rumline/shared/parallel"
)

// Ledger is the memory of one destination. It is safe for concurrent use.
type Ledger struct {
	Store Store
	// Lease is how long an object or a batch is left to the worker that holds it: longer than a function may run.
	Lease time.Duration
	// Retention is how long it is remembered what was delivered: longer than any message that points to it may live,
	// in its queue and in the dead-letter queue.
	Retention time.Duration
	// ObjectOf names the object that a batch's member finds: what Claim was asked for.
	ObjectOf func(member string) string
	// Concurrency is how many requests are made at once.
	Concurrency int
	// Now is the clock.
	Now func() time.Time
}

// Claims is what becomes of the objects of one invocation.
type Claims struct {
	// Done are the objects that have been delivered.
	Done []string
	// Busy are those that another worker holds.
	Busy []string
	// Failed are those whose claim could not be read or made, with the reasons.
	Failed map[string]error
	// Won are the objects that are nobody's but this worker's. They make a batch with Open.
	Won []string
	// Adopted are the batches of workers that are gone. They have to be written whole, whichever of their objects were
	// asked for. Each is held by this worker until it commits it or hands it back.
	Adopted []*Batch
	// Of says which of the objects asked for belong to an adopted batch, by its ID.
	Of map[string][]string

	ledger *Ledger
	id     string // of the batch that Won are claimed for
}

// Claim finds out whose the objects are, and takes those that are nobody's or of somebody who is gone. Errors are those
// of single objects: a ledger that does not answer fails them all.
func (l *Ledger) Claim(ctx context.Context, objects []string) *Claims {
	c := &Claims{ledger: l, id: newID(), Failed: map[string]error{}, Of: map[string][]string{}}
	found, errs := l.insert(ctx, objects, c.id)
	others := map[string][]Claim{}
	for i, o := range objects {
		switch {
		case errs[i] != nil:
			c.Failed[o] = errs[i]
		case found[i].Batch == c.id:
			c.Won = append(c.Won, o)
		default:
			others[found[i].Batch] = append(others[found[i].Batch], found[i])
		}
	}
	for _, batch := range sortedKeys(others) {
		c.resolve(ctx, batch, others[batch])
	}
	return c
}

// resolve decides over the objects that are claimed for another batch.
func (c *Claims) resolve(ctx context.Context, batch string, claims []Claim) {
	record, err := c.ledger.Store.Lookup(ctx, batch)
	if err == nil && record.State == None {
		record, err = c.void(ctx, batch, claims)
	}
	var members []string
	if err == nil && (record.State == Open || record.State == Done) {
		members, err = c.ledger.Store.Members(ctx, batch)
	}
	if err != nil {
		for _, claim := range claims {
			c.Failed[claim.Object] = err
		}
		return
	}
	if record.State == None {
		c.Busy = append(c.Busy, objectsOf(claims)...)
		return
	}
	// What counts is what was recorded. A claim may be left from a worker that dropped the object again and could not
	// release it, or whose claim took effect after he had given up on it.
	var strays, inside []Claim
	recorded := c.ledger.objects(members)
	for _, claim := range claims {
		if recorded[claim.Object] {
			inside = append(inside, claim)
		} else {
			strays = append(strays, claim)
		}
	}
	c.takeOver(ctx, strays)
	switch {
	case len(inside) == 0:
	case record.State == Done:
		c.Done = append(c.Done, objectsOf(inside)...)
	case record.Lease.After(c.ledger.Now()):
		c.Busy = append(c.Busy, objectsOf(inside)...)
	default:
		c.adopt(ctx, record, members, inside)
	}
}

// void makes sure that a batch that was claimed for and not recorded never will be, once its lease is over. It returns
// the record that there is then: none while the lease lasts.
func (c *Claims) void(ctx context.Context, batch string, claims []Claim) (Record, error) {
	for _, claim := range claims {
		if claim.Lease.After(c.ledger.Now()) {
			return Record{}, nil
		}
	}
	return c.ledger.Store.Record(ctx, Record{Batch: batch, State: Void, Expires: c.ledger.expires()}, nil)
}

// takeOver claims objects that are not in the batch that they were claimed for.
func (c *Claims) takeOver(ctx context.Context, claims []Claim) {
	taken := make([]bool, len(claims))
	errs := make([]error, len(claims))
	parallel.Each(len(claims), c.ledger.Concurrency, func(i int) {
		taken[i], errs[i] = c.ledger.Store.TakeOver(ctx, claims[i], c.ledger.claim(claims[i].Object, c.id))
	})
	for i, claim := range claims {
		switch {
		case errs[i] != nil:
			c.Failed[claim.Object] = errs[i]
		case taken[i]:
			c.Won = append(c.Won, claim.Object)
		default: // somebody was faster
			c.Busy = append(c.Busy, claim.Object)
		}
	}
}

// adopt takes a batch from a worker that is gone.
func (c *Claims) adopt(ctx context.Context, record Record, members []string, claims []Claim) {
	mine := record
	mine.Owner, mine.Attempt, mine.Lease = newID(), record.Attempt+1, c.ledger.lease()
	now, err := c.ledger.Store.Advance(ctx, record, mine)
	if err == nil && now.Owner == mine.Owner {
		c.Adopted = append(c.Adopted, &Batch{ID: record.Batch, Members: members, Adopted: true, ledger: c.ledger, record: mine})
		c.Of[record.Batch] = objectsOf(claims)
		return
	}
	for _, claim := range claims {
		switch {
		case err != nil:
			c.Failed[claim.Object] = err
		case now.State == Done:
			c.Done = append(c.Done, claim.Object)
		default: // somebody was faster
			c.Busy = append(c.Busy, claim.Object)
		}
	}
}

// Release gives a won object back, so that whoever meets it next need not wait for the lease.
func (c *Claims) Release(ctx context.Context, object string) error {
	return c.ledger.Store.Release(ctx, c.ledger.claim(object, c.id))
}

// Open records the batch of won objects: members are what finds the objects again, in the order in which they are
// delivered, and plan is how it is cut into chunks. From now on it is written as this batch or not at all. It returns nil
// and no error when the batch was voided meanwhile: the objects are somebody else's.
func (c *Claims) Open(ctx context.Context, members []string, plan string) (*Batch, error) {
	record := Record{
		Batch: c.id, State: Open, Owner: newID(), Attempt: 1, Lease: c.ledger.lease(), Expires: c.ledger.expires(),
		Plan: plan,
	}
	now, err := c.ledger.Store.Record(ctx, record, members)
	if err != nil || now.Owner != record.Owner {
		return nil, err
	}
	return &Batch{ID: c.id, Members: members, ledger: c.ledger, record: record}, nil
}

func (l *Ledger) objects(members []string) map[string]bool {
	objects := make(map[string]bool, len(members))
	for _, m := range members {
		objects[l.ObjectOf(m)] = true
	}
	return objects
}

func (l *Ledger) claim(object, batch string) Claim {
	return Claim{Object: object, Batch: batch, Lease: l.lease(), Expires: l.expires()}
}

// Leases are in milliseconds, in whole ones, since that is what is stored.
func (l *Ledger) lease() time.Time   { return l.Now().Add(l.Lease).Truncate(time.Millisecond) }
func (l *Ledger) expires() time.Time { return l.Now().Add(l.Retention).Truncate(time.Second) }

// newID returns 32 random hexadecimal digits.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}
