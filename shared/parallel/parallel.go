// Package parallel makes many requests, a bounded number of them at once.
package parallel

import (
	"sync"
	"sync/atomic"
)

// Each calls do with every number below n, at most so many calls at a time, in their order as they begin, and returns
// when all have. It keeps as many workers as there are calls at a time: a goroutine for each call would grow its stack anew
// every time, which costs more than the shorter of the requests themselves.
func Each(n, most int, do func(i int)) {
	most = max(1, min(n, most))
	if most == 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var (
		next    atomic.Int64
		workers sync.WaitGroup
	)
	for range most {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}
