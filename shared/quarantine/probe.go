package quarantine

import "context"

// Probe tries whether records can be put: it puts an empty object, which no Reader takes for records. The code of its
// error is that of Pass.Add's.
func (q *Quarantine) Probe(ctx context.Context) error {
	return q.objects.Put(ctx, q.prefix+q.destination+"/_probe", "text/plain", nil)
}
