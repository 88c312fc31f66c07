package destination

// rows are some rows of a block, in the block's order.
type rows struct {
	n int
	// picked are their indexes; nil when they are the block's first n, as they are when all events are of one day.
	picked []int
}

func (r rows) at(i int) int {
	if r.picked == nil {
		return i
	}
	return r.picked[i]
}
