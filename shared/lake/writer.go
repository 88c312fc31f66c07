package lake

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/delivery"
	"github.com/rumline/rumline/shared/failure"
)

// Writer writes batches into a bucket, one object per chunk and partition.
//
// It holds one chunk at a time, and of the files that it is made into as many as there are workers. Write may be called
// by several goroutines; they share the workers.
type Writer struct {
	bucket *Bucket
	format Format
	turns  chan struct{} // as many as workers may be busy

	mu   sync.Mutex
	idle []*worker
}

var _ delivery.Destination = (*Writer)(nil)

// worker is what it takes to make one file at a time. A worker is kept for its memory.
type worker struct {
	encoder Encoder
	body    bytes.Buffer
}

// Files of different partitions are made side by side, so that one is encoded while another is on its way to S3. A
// function has at most two cores at the memory sizes in use, and every worker holds a file.
const parallelism = 4

// NewWriter returns a Writer of files of the given format.
func NewWriter(bucket *Bucket, format Format) *Writer {
	return &Writer{bucket: bucket, format: format, turns: make(chan struct{}, parallelism)}
}

// Write writes the batch's objects and returns when S3 has acknowledged all of them. When it fails, some of them may be
// there; writing the batch again completes and overwrites them.
//
// Errors from S3 have the code DestinationUnavailable or DestinationRefused and name the object. An error from reading
// the batch keeps its own code.
func (w *Writer) Write(ctx context.Context, batch *delivery.Batch) error {
	for chunk, err := range batch.Chunks() {
		if err != nil {
			return fmt.Errorf("reading batch %s: %w", batch.ID, err)
		}
		if err := w.writeChunk(ctx, batch.ID, chunk); err != nil {
			return fmt.Errorf("writing chunk %d of batch %s: %w", chunk.Index, batch.ID, err)
		}
		if err := batch.Wrote(ctx, chunk.Index); err != nil {
			return fmt.Errorf("recording chunk %d of batch %s: %w", chunk.Index, batch.ID, err)
		}
	}
	return nil
}

func (w *Writer) writeChunk(ctx context.Context, batchID string, chunk delivery.Chunk) error {
	group, groupCtx := errgroup.WithContext(ctx)
	for _, part := range split(chunk.Events) {
		worker, err := w.acquire(groupCtx)
		if err != nil { // cancelled by our caller, or by the first file that failed: Wait returns whichever came first
			group.Go(func() error { return err })
			break
		}
		group.Go(func() error {
			defer w.release(worker)
			return w.writeFile(groupCtx, worker, part.partition, File{
				BatchID: batchID, Chunk: chunk.Index, Events: chunk.Events, Rows: part.rows,
			})
		})
	}
	return group.Wait() //nolint:wrapcheck // our own errors
}

func (w *Writer) writeFile(ctx context.Context, worker *worker, partition Partition, file File) error {
	key := key(w.bucket.prefix, partition, file.BatchID, file.Chunk, w.format.Extension())
	worker.body.Reset()
	if err := worker.encoder.Encode(&worker.body, file); err != nil {
		return failure.Wrap(failure.Internal, err, "encoding "+key)
	}
	return w.bucket.put(ctx, key, w.format.ContentType(), worker.body.Bytes())
}

// acquire prefers the worker that was busy last: where one file is made at a time, one worker's memory is enough.
func (w *Writer) acquire(ctx context.Context) (*worker, error) {
	select {
	case w.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, failure.Wrap(failure.DestinationUnavailable, context.Cause(ctx), "waiting for a free worker")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.idle) - 1; n >= 0 {
		last := w.idle[n]
		w.idle = w.idle[:n]
		return last, nil
	}
	return &worker{encoder: w.format.NewEncoder()}, nil
}

func (w *Writer) release(worker *worker) {
	w.mu.Lock()
	w.idle = append(w.idle, worker)
	w.mu.Unlock()
	<-w.turns
}
