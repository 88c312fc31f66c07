package lakefile

import (
	"context"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/lake"
)

// Writer is the Parquet destination.
type Writer struct {
	files *lake.Writer
}

var _ delivery.Destination = (*Writer)(nil)

// New returns a Writer of Parquet files into the bucket.
func New(bucket *lake.Bucket) *Writer {
	return &Writer{files: lake.NewWriter(bucket, Format{})}
}

// Write writes the batch's files and returns when S3 has acknowledged all of them: see lake.Writer.
func (w *Writer) Write(ctx context.Context, batch *delivery.Batch) error {
	return w.files.Write(ctx, batch)
}

// Probe tries whether S3 would take a file: see lake.Writer.
func (w *Writer) Probe(ctx context.Context) error { return w.files.Probe(ctx) }
