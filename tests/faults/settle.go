package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/ledger"
)

// patience is how long no message may move.
const patience = 90 * time.Second

// settling is how long after the fire messages may come back to the dead-letter queues. An insert whose outcome nobody
// knows is left alone for two minutes: a ClickHouse that was killed between the commit of its events and that of its
// rollup looks like one that is still at work. Whoever adopts the batch fails until then, and a slow machine takes its
// time on top.
const settling = 4 * time.Minute

// errUnsettled is the error of a run whose messages cannot be delivered in peace.
var errUnsettled = errors.New("messages come back to the dead-letter queues although nothing goes wrong any more")

// settle waits until the queues are empty, and replays the dead-letter queues until they are empty too, but for what
// can never be delivered. It returns how many messages were replayed.
func (f *fire) settle(ctx context.Context) (replayed int, err error) {
	over := time.Now()
	for {
		if err := f.stack.Drain(ctx, f.deployment, patience); err != nil {
			return replayed, err
		}
		sent := map[string][]string{}
		n := 0
		for _, name := range f.names() {
			sent[name], err = f.redrive(ctx, name)
			n += len(sent[name])
			if err != nil {
				return replayed + n, err
			}
		}
		if replayed += n; n == 0 {
			return replayed, nil
		}
		if time.Since(over) > settling {
			return replayed, f.unsettled(ctx, sent)
		}
	}
}

// unsettled names the messages that came back, by destination, each with the reason that the ledger keeps for it.
func (f *fire) unsettled(ctx context.Context, sent map[string][]string) error {
	err := errUnsettled
	for _, name := range f.names() {
		for _, body := range sent[name] {
			err = fmt.Errorf("%w\n%s: %s", err, name, explain(ctx, ledger.NewFailures(f.tables, f.ledger, name), body))
		}
	}
	return err
}

// keeper knows why objects were not delivered.
type keeper interface {
	Failures(ctx context.Context, objects []string) (map[string]ledger.Failure, error)
}

// explain says in one line which objects a message points to, and why they were last not delivered.
func explain(ctx context.Context, kept keeper, body string) string {
	pointers, _, err := landing.ParseNotification(body)
	if err != nil {
		return fmt.Sprintf("%s: %v", body, err)
	}
	identities := make([]string, len(pointers))
	for i, p := range pointers {
		identities[i] = p.Identity()
	}
	failures, err := kept.Failures(ctx, identities)
	if err != nil {
		return fmt.Sprintf("%v: %v", pointers, err)
	}
	var said []string
	for i, p := range pointers {
		reason := "no failure is kept: another worker held it, or its workers were killed"
		if why, ok := failures[identities[i]]; ok {
			reason = fmt.Sprintf("%s at %s: %s", why.Code, why.At.UTC().Format(time.TimeOnly), why.Error)
		}
		said = append(said, p.String()+": "+reason)
	}
	return strings.Join(slices.Compact(said), "; ")
}
