package ledger

import (
	"context"
	"slices"
	"sync"
)

// Memory is a Store in memory, for tests: what the one on DynamoDB is held against.
type Memory struct {
	mu      sync.Mutex
	claims  map[string]Claim
	records map[string]Record
	members map[string][]string
}

var _ Store = (*Memory)(nil)

// NewMemory returns an empty one.
func NewMemory() *Memory {
	return &Memory{claims: map[string]Claim{}, records: map[string]Record{}, members: map[string][]string{}}
}

// Claim implements Store.
func (m *Memory) Claim(_ context.Context, c Claim) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if there, ok := m.claims[c.Object]; ok {
		return there, nil
	}
	m.claims[c.Object] = c
	return c, nil
}

// Insert implements Store.
func (m *Memory) Insert(_ context.Context, claims []Claim) []bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	made := make([]bool, len(claims))
	for i, c := range claims {
		if _, there := m.claims[c.Object]; !there {
			m.claims[c.Object] = c
			made[i] = true
		}
	}
	return made
}

// TakeOver implements Store.
func (m *Memory) TakeOver(_ context.Context, from, to Claim) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claims[from.Object].Batch != from.Batch {
		return false, nil
	}
	m.claims[to.Object] = to
	return true, nil
}

// Release implements Store.
func (m *Memory) Release(_ context.Context, c Claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claims[c.Object].Batch == c.Batch {
		delete(m.claims, c.Object)
	}
	return nil
}

// Record implements Store.
func (m *Memory) Record(_ context.Context, r Record, members []string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if there, ok := m.records[r.Batch]; ok {
		return there, nil
	}
	m.records[r.Batch] = r
	m.members[r.Batch] = slices.Clone(members)
	return r, nil
}

// Lookup implements Store.
func (m *Memory) Lookup(_ context.Context, batch string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records[batch], nil
}

// Members implements Store.
func (m *Memory) Members(_ context.Context, batch string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.members[batch]), nil
}

// Advance implements Store.
func (m *Memory) Advance(_ context.Context, from, to Record) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	there := m.records[from.Batch]
	if there.State == Open && there.Owner == from.Owner && there.Attempt == from.Attempt {
		there = to
		m.records[from.Batch] = to
	}
	return there, nil
}

// Finish implements Store.
func (m *Memory) Finish(_ context.Context, batch string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.records[batch]
	first := r.State != Done
	r.State = Done
	m.records[batch] = r
	return first, nil
}
