package steps

import (
	"context"
	"errors"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

// batch does what one lane does in one round: it takes messages from the dead-letter queue, has the destination's function
// deliver those that the filter chooses, deletes what was acknowledged, parks what is hopeless, and leaves the rest.
func (s *Steps) batch(ctx context.Context, state State, lane int) (Result, error) {
	b := &batch{
		Steps: s, state: &state, queue: s.queue(state), started: s.Now(),
		parking: replay.NewParking(s.Objects, state.Target.QuarantineBucket, state.Target.ParkedPrefix, state.Input.Destination),
	}
	b.result.StartedAt = b.started.UTC()
	look, take := state.quota(lane)
	if look == 0 {
		return b.result, nil
	}
	letters, err := b.queue.Receive(ctx, look, max(b.untilEnd(), b.handling()))
	if err != nil {
		return Result{}, err
	}
	b.result.Empty = len(letters) == 0
	if err := b.handle(ctx, letters, take); err != nil {
		// Whoever tries again need not wait for them. What was deleted by now is not there to be shown.
		return Result{}, errors.Join(err, b.queue.Show(context.WithoutCancel(ctx), b.open(letters), 0))
	}
	return b.result, nil
}

type batch struct {
	*Steps
	state   *State
	queue   *replay.Queue
	parking *replay.Parking
	started time.Time

	result Result
	done   map[string]bool // messages that are deleted
}

// handle does everything with the letters of a batch.
func (b *batch) handle(ctx context.Context, letters []replay.Letter, take int) error {
	chosen, others, surplus := b.choose(letters, take)
	b.result.Examined += int64(len(others))
	if b.state.Input.DryRun {
		b.foresee(chosen)
		return errors.Join(b.queue.Show(ctx, surplus, 0), b.leave(ctx, append(others, chosen...)))
	}
	var poison, tried []replay.Letter
	for _, l := range chosen {
		if l.Code == failure.MalformedMessage {
			poison = append(poison, l) // no function would read it
		} else {
			tried = append(tried, l)
		}
	}
	if err := errors.Join(b.queue.Show(ctx, surplus, 0), b.leave(ctx, others)); err != nil {
		return err
	}
	if err := b.park(ctx, poison, poison); err != nil {
		return err
	}
	acknowledged, failed, err := b.deliver(ctx, b.state.Target, tried)
	if crash, ok := errors.AsType[*stepError](err); ok && crash.kind == typeFunctionFailed && len(tried) == 1 {
		b.Log.ErrorContext(ctx, "the function fails with a message that comes alone", "message_id", tried[0].ID(), "error", err.Error())
		b.result.Crashed++
		b.count(tried[0], replay.Counts{Left: 1})
		b.result.CountLeft(failure.Internal, 1)
		return b.leave(ctx, tried)
	}
	if err != nil {
		return err
	}
	if err := b.delete(ctx, acknowledged); err != nil {
		return err
	}
	for _, l := range acknowledged {
		b.count(l, replay.Counts{Delivered: 1})
	}
	return b.sort(ctx, failed)
}

// choose tells letters that are replayed from those that the filter does not choose, and from those that are too many.
func (b *batch) choose(letters []replay.Letter, take int) (chosen, others, surplus []replay.Letter) {
	for _, l := range letters {
		switch {
		case !b.state.Input.Filter.Matches(l, b.started):
			others = append(others, l)
		case len(chosen) < take:
			chosen = append(chosen, l)
		default:
			surplus = append(surplus, l)
		}
	}
	return chosen, others, surplus
}

// foresee counts what would become of letters.
func (b *batch) foresee(letters []replay.Letter) {
	for _, l := range letters {
		if l.Hopeless {
			b.count(l, replay.Counts{Parked: 1})
		} else {
			b.count(l, replay.Counts{Delivered: 1})
		}
	}
}

// sort decides what becomes of letters that failed again.
func (b *batch) sort(ctx context.Context, failed []replay.Letter) error {
	again, err := b.queue.Explain(ctx, failed)
	if err != nil {
		return err
	}
	var hopeless, asBefore, left, retried []replay.Letter
	for i, l := range again {
		switch {
		case l.Hopeless:
			hopeless, asBefore = append(hopeless, l), append(asBefore, failed[i])
		case (l.Code.Systemic() || busy(l.Code)) && b.state.Patience > 0:
			retried = append(retried, l)
			if b.result.Again == nil {
				b.result.Again = map[failure.Code]int64{}
			}
			b.result.Again[l.Code]++
		default:
			left = append(left, l)
			b.count(failed[i], replay.Counts{Left: 1})
			b.result.CountLeft(l.Code, 1)
		}
	}
	return errors.Join(b.park(ctx, hopeless, asBefore), b.queue.Show(ctx, retried, 0), b.leave(ctx, left))
}

// busy says that another worker is delivering what a letter points to: another replay that has letters of the same batch, or the
// function at its queue. Soon the letter is a duplicate, or the batch is free.
func busy(c failure.Code) bool { return c == failure.BatchBusy || c == failure.BatchLost }

// park keeps letters with the reason that is known now, and counts them by the one that was known before.
func (b *batch) park(ctx context.Context, letters, asBefore []replay.Letter) error {
	for _, l := range letters {
		if err := b.parking.Park(ctx, l); err != nil {
			return err
		}
	}
	if err := b.delete(ctx, letters); err != nil {
		return err
	}
	for _, l := range asBefore {
		b.count(l, replay.Counts{Parked: 1})
	}
	return nil
}

// leave hides letters until the end of the pass, so that it does not meet them again; if this is its end, it shows them.
func (b *batch) leave(ctx context.Context, letters []replay.Letter) error {
	after := b.untilEnd()
	if b.state.last() {
		after = 0
	}
	if after > 0 {
		b.result.Hidden += int64(len(letters))
	}
	return b.queue.Show(ctx, letters, after)
}

func (b *batch) delete(ctx context.Context, letters []replay.Letter) error {
	if err := b.queue.Delete(ctx, letters); err != nil {
		return err
	}
	if b.done == nil {
		b.done = map[string]bool{}
	}
	for _, l := range letters {
		b.done[l.ID()] = true
	}
	return nil
}

// open are the letters that are not deleted.
func (b *batch) open(letters []replay.Letter) []replay.Letter {
	var open []replay.Letter
	for _, l := range letters {
		if !b.done[l.ID()] {
			open = append(open, l)
		}
	}
	return open
}

// count counts a letter that the filter chose, by why it was there.
func (b *batch) count(l replay.Letter, became replay.Counts) {
	became.Examined, became.Matched = 1, 1
	b.result.Counts.Add(became)
	b.result.Count(l.Code, became)
}

func (b *batch) untilEnd() time.Duration { return max(0, b.state.HideUntil.Sub(b.Now())) }

// handling is for how long a batch may be worked on.
func (b *batch) handling() time.Duration {
	return time.Duration(b.state.Target.TimeoutSeconds)*time.Second + 2*time.Minute
}
