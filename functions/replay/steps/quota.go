package steps

// rateWindow is for how long a round of batches is good at a limited rate, in seconds. Shorter rounds are smoother, and cost
// more transitions.
const rateWindow = 30

// round is how many messages a round looks at.
func (s *State) round() int64 {
	n := min(s.Budget, s.Batch*int64(len(s.Lanes)))
	if s.Input.Rate > 0 && !s.Input.DryRun {
		n = min(n, s.Input.Rate*rateWindow)
	}
	return n
}

// last says that the round covers all that is still to be looked at.
func (s *State) last() bool { return s.round() >= s.Budget }

// quota is how many messages a lane looks at in a round, and how many of them it replays at most.
func (s *State) quota(lane int) (look, take int) {
	lanes := len(s.Lanes)
	look = share(s.round(), lanes, lane)
	if s.Limit < 0 {
		return look, look
	}
	take = share(s.Limit, lanes, lane)
	if s.Input.Filter.All() {
		look = min(look, take)
	}
	if take == 0 {
		look = 0
	}
	return look, min(look, take)
}

// share divides n among lanes.
func share(n int64, lanes, lane int) int {
	mine := n / int64(lanes)
	if int64(lane) < n%int64(lanes) {
		mine++
	}
	return int(mine)
}
