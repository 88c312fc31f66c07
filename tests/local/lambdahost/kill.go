package lambdahost

// Kill ends all processes of a function as the crash of their machines would, those at work and those that wait, and
// says how many there were. The invocations that they were at fail.
func (h *Host) Kill(function string) int {
	return h.killWhere(func(e *environment) bool { return e.version.Name == function })
}

// KillSession ends the one process that was given a session token, which all its calls to AWS carry in the header
// X-Amz-Security-Token. It says whether the process was there.
func (h *Host) KillSession(token string) bool {
	return h.killWhere(func(e *environment) bool { return e.session == token }) > 0
}

func (h *Host) killWhere(chosen func(*environment) bool) int {
	h.mu.Lock()
	var condemned []*environment
	for e := range h.alive {
		if chosen(e) {
			condemned = append(condemned, e)
		}
	}
	h.mu.Unlock()
	endAll(condemned)
	return len(condemned)
}
