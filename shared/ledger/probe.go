package ledger

import "context"

// Probe tries whether the ledger can be written: it claims an object that nobody has, and releases it. It leaves nothing
// behind. The code of its error is LedgerUnavailable or LedgerRefused.
func (l *Ledger) Probe(ctx context.Context) error {
	claim := Claim{Object: "probe " + newID(), Batch: newID(), Lease: l.Now(), Expires: l.Now()}
	if _, err := l.Store.Claim(ctx, claim); err != nil {
		return err
	}
	return l.Store.Release(ctx, claim)
}
