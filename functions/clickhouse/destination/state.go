package destination

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rumline/rumline/shared/failure"
)

// state is what the tables have of a part. The server commits the events of an insert and then their counts, so there
// may be events that are not counted: for a moment, or for good after a crash between the two. There are no counts
// without events, unless somebody has deleted the events or they were older than the table keeps them; then the insert
// is repeated, since a count too many is better than an event lost.
type state struct {
	stored  bool // the events are in rum_events
	counted bool // they are in rum_vitals_1m
	settled bool // whoever stored them is no longer at it
}

const (
	// insertSeconds is how long the server may work on an insert.
	insertSeconds = 60
	// settleSeconds is how old an insert must be for it to be over, whatever became of it. Clocks of replicas differ.
	settleSeconds = 2 * insertSeconds
	// lagSeconds is how far a replica that is asked may lag behind. What it lacks must not have settled yet.
	lagSeconds = insertSeconds / 2
	// An insert that is under way is looked at so often, so far apart, before it is left to a later attempt.
	patience = 50
	pause    = 100 * time.Millisecond
)

// await looks the parts of a chunk up, and lets inserts that are under way end.
func (w *Writer) await(ctx context.Context, parts []part) (map[string]state, error) {
	for range patience {
		states, err := w.lookUp(ctx, parts)
		if err != nil || !underWay(states) {
			return states, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for another insert of the chunk: %w", context.Cause(ctx))
		}
	}
	return nil, failure.New(failure.DestinationUnavailable, "another insert of the chunk is under way, or broke off a moment ago")
}

func underWay(states map[string]state) bool {
	for _, s := range states {
		if s.stored && !s.counted && !s.settled {
			return true
		}
	}
	return false
}

// lookUp asks the tables which of the parts, all of one chunk, they have. It takes two requests, however many parts.
func (w *Writer) lookUp(ctx context.Context, parts []part) (map[string]state, error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(w.looking()))
	days, months, tokens := make([]string, len(parts)), make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		days[i], months[i], tokens[i] = p.partition(), p.month(), p.token()
	}
	states := make(map[string]state, len(parts))
	// The events first: counts that appear meanwhile are those of an insert that is over.
	stored, err := w.texts(ctx, fmt.Sprintf("SELECT concat(batch_id, '/', toString(batch_chunk), '/', _partition_id) AS token, "+
		"toString(max(inserted_at) < now() - %d) FROM %s WHERE _partition_id IN (?) AND batch_id = ? AND batch_chunk = ? GROUP BY token",
		settleSeconds, Table), days, parts[0].batch, parts[0].chunk)
	if err != nil {
		return nil, fmt.Errorf("asking which days of the chunk are stored: %w", err)
	}
	for _, row := range stored {
		states[row[0]] = state{stored: true, settled: row[1] == "1"}
	}
	counted, err := w.texts(ctx, "SELECT DISTINCT arrayJoin(inserts) AS token FROM "+rollup+
		" WHERE _partition_id IN (?) AND token IN (?)", months, tokens)
	if err != nil {
		return nil, fmt.Errorf("asking which days of the chunk are counted: %w", err)
	}
	for _, row := range counted {
		s := states[row[0]]
		s.counted = true
		states[row[0]] = s
	}
	return states, nil
}
