package delivery

import (
	"context"
	"sync"

	"github.com/rumline/rumline/shared/landing"
)

// Bounds of what is asked for before it is needed, in bytes as stored. A larger object is read as it comes: the wait for its
// first byte is a small part of what it takes, and a stream that nobody reads for minutes is closed by S3.
const (
	aheadBytes       = 16 << 20
	aheadObjectBytes = 4 << 20
)

// fetcher brings the objects of a batch that come next while one is read. It belongs to one goroutine.
type fetcher struct {
	ctx     context.Context //nolint:containedctx // of the requests that are under way
	cancel  context.CancelFunc
	objects []*landing.Object
	coming  []chan *landing.Object // by object; nil for those that are not fetched
	begun   int                    // how many were looked at
	bytes   int64                  // of what is under way or waits
	fetches sync.WaitGroup
}

func newFetcher(ctx context.Context, objects []*landing.Object) *fetcher {
	f := &fetcher{objects: objects, coming: make([]chan *landing.Object, len(objects))}
	f.ctx, f.cancel = context.WithCancel(ctx)
	return f
}

// take returns the nth object, with its bytes if they have come, and begins with those behind it. Objects are taken in their order.
func (f *fetcher) take(n int) *landing.Object {
	f.begin(n + 1)
	if f.coming[n] == nil {
		return f.objects[n]
	}
	fetched := <-f.coming[n]
	f.coming[n] = nil
	f.bytes -= f.objects[n].StoredBytes()
	if fetched == nil {
		return f.objects[n] // opening it says what is wrong, if it still is
	}
	return fetched
}

func (f *fetcher) begin(from int) {
	for f.begun = max(f.begun, from); f.begun < len(f.objects); f.begun++ {
		o := f.objects[f.begun]
		size := o.StoredBytes()
		if o.InMemory() || size > aheadObjectBytes {
			continue
		}
		if f.bytes+size > aheadBytes {
			return
		}
		f.bytes += size
		came := make(chan *landing.Object, 1)
		f.coming[f.begun] = came
		f.fetches.Go(func() {
			fetched, err := o.Fetch(f.ctx)
			if err != nil {
				fetched = nil
			}
			came <- fetched
		})
	}
}

// stop gives up what is under way.
func (f *fetcher) stop() {
	f.cancel()
	f.fetches.Wait()
}
