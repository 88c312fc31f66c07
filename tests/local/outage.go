package local

import (
	"context"
	"fmt"
)

// StartOutage kills the stack's ClickHouse, as a crash would.
func (s *Stack) StartOutage() error {
	s.engine.Lock()
	defer s.engine.Unlock()
	if err := s.ClickHouse.Kill(); err != nil {
		return fmt.Errorf("start an outage: %w", err)
	}
	return nil
}

// EndOutage starts ClickHouse again, with its data and on its port. Without an outage it does nothing.
func (s *Stack) EndOutage(ctx context.Context) error {
	s.engine.Lock()
	defer s.engine.Unlock()
	if s.ClickHouse.PID() != 0 {
		return nil
	}
	if err := s.ClickHouse.Restart(ctx); err != nil {
		return fmt.Errorf("end the outage: %w", err)
	}
	return nil
}
