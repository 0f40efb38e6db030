#!/usr/bin/env bash
# Asks a running server for everything once. Stops at the first answer that is an error.
set -euo pipefail
cd "$(dirname "$0")"
url="${RAPPORT_URL:-http://localhost:8000}"
token="${RAPPORT_TOKEN:?set RAPPORT_TOKEN: rapport token create --role admin}"
models="$url/api/v1/ml/models"

get() {
  printf '\n== GET %s\n' "$1"
  curl -sS --fail-with-body -H "Authorization: Bearer $token" "$1"
}
post() {
  printf '\n== POST %s < %s\n' "$1" "$2"
  curl -sS --fail-with-body -H "Authorization: Bearer $token" -H "Content-Type: application/json" --data-binary "@$2" "$1"
}

get "$url/api/v1/ml/health"
post "$url/api/v1/ml/sentiment/analyze" analyze_message.json
post "$url/api/v1/ml/sentiment/batch" analyze_messages.json
post "$url/api/v1/ml/sentiment/conversation" analyze_conversation.json
post "$models/lead-scoring/predict" score_lead.json
post "$models/lead-scoring/batch" score_leads.json
get "$models/lead-scoring/feature-importance"
post "$models/churn-prediction/predict" predict_churn.json
post "$models/churn-prediction/batch" predict_churn_of_contacts.json
get "$models/churn-prediction/feature-importance"
post "$models/engagement-prediction/predict" predict_engagement.json
post "$models/engagement-prediction/predict" predict_planned_message.json
post "$models/engagement-prediction/optimal-time" find_send_time.json
get "$models/engagement-prediction/feature-importance"
post "$url/api/v1/ml/training/train-model" train_lead_scoring.json
get "$url/api/v1/ml/training/status"
get "$models?limit=5"
printf '\n'
