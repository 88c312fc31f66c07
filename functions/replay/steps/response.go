package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// failedItems reads a partial batch response as AWS documents it: nothing, {}, null and a missing, null or empty list mean
// that all went well. What is malformed in any way, or names a message that is not in the batch, fails the whole batch.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func failedItems(response []byte, batch map[string]bool) (map[string]bool, error) {
	failed := map[string]bool{}
	response = bytes.TrimSpace(response)
	if len(response) == 0 {
		return failed, nil
	}
	var object map[string]json.RawMessage // keys are told apart by case, which a struct would not do
	if err := json.Unmarshal(response, &object); err != nil {
		return nil, fmt.Errorf("malformed batch response: %w", err)
	}
	var items []map[string]json.RawMessage
	if list, ok := object["batchItemFailures"]; ok {
		if err := json.Unmarshal(list, &items); err != nil {
			return nil, fmt.Errorf("malformed batchItemFailures: %w", err)
		}
	}
	for i, item := range items {
		var id string
		if err := json.Unmarshal(item["itemIdentifier"], &id); err != nil {
			return nil, fmt.Errorf("malformed itemIdentifier of batchItemFailures[%d]: %w", i, err)
		}
		if !batch[id] {
			return nil, fmt.Errorf("batchItemFailures[%d] names %q, which is not in the batch", i, id)
		}
		failed[id] = true
	}
	return failed, nil
}
