"""Which columns of which tables are filled; the order is that in which rows are written."""

COLUMNS = {
    "unit": "id code name kind parent_id path valid_from valid_to ended name_folded sort_key basis version",
    "succession": "id old_id new_id kind is_default proposed effective basis",
    "person": "id username name name_folded sort_key title phone email home_unit_id password_hash password_set_at"
    " must_change_password active demo version",
    "grant": "id person_id role unit_id since version",
    "plan": "id kind year title number issued_on issuing_unit_id note illustrative copied folded version",
    "team": "id plan_id name decision_number decision_on version",
    "team_member": "id team_id person_id role since until",
    "target": "id plan_id unit_id team_id month since begun_on removed_why",
    "visit": "id plan_id target_id unit_id unit_name team_id state entry arranged_on planned_on day scope theme manner"
    " trigger follow_up planned_at place present absent opinion remark strengths causes basis proposals began_at"
    " ended_at began_on reported_on ended_on ended_why created_at version checklist_id",
    "answer": "id visit_id item_id result observed_at note",
    "conclusion": "id visit_id number dated_on signer issued_at issuer_id",
    "finding": "id code text title required required_title unit_name deadline_n deadline_unit counted_from recorded_on"
    " recorder_id follower_id undertaking undertaking_by doer progress_note item_id disputed_from rounds moved_on"
    " folded version state issued_on baseline deadline in_time submitted_on resolved_on days_late days_taken plan_id"
    " visit_id team_id unit_id responsible_unit_id area_code repeats_id assignee_id",
    "recheck": "id visit_id finding_id outcome note relapse_id version",
    "span": "id finding_id since until at action area_code baseline days_late days_taken deadline in_time issued_on"
    " plan_id resolved_on responsible_unit_id state submitted_on team_id unit_id visit_id",
    "custody": "id finding_id unit_id since decision_number decision_on note",
    "submission": "id finding_id round statement letter_number letter_on sender_id sender_name sent_on sent_at"
    " opened_at verdict judge_id judge_name judged_on judged_at method note deadline_then days_late",
    "evidence": "id side finding_id submission_id sha256 size media_type name claimed_on received_at uploader_id",
    "extension": "id finding_id asker_id asked_on wanted reason letter_number letter_on granted decider_id decided_on"
    " note old_deadline new_deadline",
    "message": "id finding_id from_unit unanswered author_id author_name text sent_at",
    "notice": "id recipient_id rule_code subject_table subject_id occurrence words made_at read_at to_mail",
    "urging": "id plan_id unit_id level taken_on number dated_on content finding_ids taker_id taker_name made_at",
    "brought": "id person_id kind name sha256 size heads choices received_at done_at added changed tries version",
    "series": "year last",
    "task_plan": "id kind year title number issued_on issuing_unit_id note illustrative folded version",
    "task": "id code text title product source_number source_on source_item unit_name given_on giver_id progress_note"
    " progress_on rounds moved_on folded version plan_id unit_id state baseline due_on in_time reported_on done_on"
    " days_late",
    "task_span": "id task_id since until at action plan_id unit_id state baseline due_on in_time reported_on done_on"
    " days_late",
    "task_unit": "task_id unit_id",
    "task_report": "id task_id round statement letter_number letter_on sender_id sender_name sent_on sent_at due_then"
    " verdict judge_id judge_name judged_on judged_at note",
    "task_file": "id task_id report_id sha256 size media_type name claimed_on received_at uploader_id",
    "task_series": "year last",
    "event": "seq on at actor_id actor_name role address request_id action subject_table subject_id payload prev_hash"
    " hash",
}
"""Table -> the columns that are filled; the others are empty, or filled by what keeps them (`derived`)."""
