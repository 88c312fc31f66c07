package lake

import "context"

// probeName is hidden from whoever reads the folder as a table: engines skip names that begin with an underscore.
const probeName = "_probe"

// Probe tries whether S3 would take a file: it puts an empty object that no reader takes for one. The code of its error is
// that of Write's.
func (w *Writer) Probe(ctx context.Context) error {
	return w.bucket.put(ctx, w.bucket.prefix+probeName, "text/plain", nil)
}
