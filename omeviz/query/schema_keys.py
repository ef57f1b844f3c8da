"""Keys of the audit schema that a filter takes without `data.` in front.

Source: Microsoft's Office 365 Management Activity API schema (the common schema, every workload's schema and the
complex types they are made of) and the audit log's list of detailed properties.
"""

from __future__ import annotations

_KEYS = """
    Id RecordType CreationTime Operation OrganizationId UserType UserKey Workload ResultStatus ObjectId UserId
    ClientIP Scope AppAccessContext Version
    AADSessionId APIId ClientAppId ClientAppName CorrelationId DeviceId IssuedAtTime UniqueTokenId Name NewValue
    OldValue Value
    MessageId Recipient Sender AuthenticationMethod AuthenticationStatus OperationStatus AttachmentName
    OperationProperties
    Site ItemType EventSource SourceName UserAgent MachineDomainInfo MachineId SiteUrl SourceRelativeUrl
    SourceFileName SourceFileExtension DestinationRelativeUrl DestinationFileName DestinationFileExtension
    UserSharedWith SharingType SourceLabel DestinationLabel SensitivityLabelOwnerEmail SensitivityLabelId ListTitle
    ListName ListUrl ListBaseType ListBaseTemplateType IsHiddenList IsDocLib TargetUserOrGroupName
    TargetUserOrGroupType EventData UniqueSharingId CustomEvent ModifiedProperties ApplicationDisplayName
    ApplicationId AuthenticationType BrowserName BrowserVersion CrossScopeSyncDelete DeviceDisplayName
    DoNotDistributeEvent EventSignature FileSizeBytes FileSyncBytesCommitted GeoLocation HighPriorityMediaProcessing
    ImplicitShare IsManagedDevice IsWorkflow ListId ListItemId ListItemUniqueId ListServerTemplate Permission
    Platform SharingLinkScope SiteSensitivityLabelId TemplateTypeId WebId WebTemplateType
    Entity Action OnBehalfOfResId ProjectId AdditionalInfo TaskId RoadmapId RoadmapItemId EnvironmentName
    ProjectEnabled RoadmapEnabled ContainerType ContainerId OriginalPlanId OriginalContainerType OriginalContainerId
    NewPlanId NewContainerType NewContainerId PlanId MemberIds PlanList TenantSettings Roster AssignmentMethod
    Detail Username UserRole OrganizationOwner OrganizationAdmins ModifiedFields ItemDetails
    ModifiedObjectResolvedName Parameters ExternalAccess OriginatingServer OrganizationName AppId AppPoolName
    LogonType InternalLogonType MailboxGuid MailboxOwnerUPN MailboxOwnerSid MailboxOwnerMasterAccountSid
    LogonUserSid LogonUserDisplayName ClientInfoString ClientIPAddress ClientMachineName ClientProcessName
    ClientVersion ClientRequestId SessionId Folder CrossMailboxOperations DestMailboxId DestMailboxOwnerUPN
    DestMailboxOwnerSid DestMailboxOwnerMasterAccountSid DestFolder Folders AffectedItems Item SendAsUserSmtp
    SendAsUserMailboxGuid SendOnBehalfOfUserSmtp SendOnBehalfOfUserMailboxGuid ActorInfoString MailAccessType
    OperationCount IsThrottled SaveToSentItems TokenTenantId TokenObjectId TokenType RequestId InternetMessageId
    ParentFolder Attachments Path Subject
    AzureActiveDirectoryEventType ExtendedProperties Application Client LoginStatus UserDomain Actor ActorContextId
    ActorIpAddress InterSystemsId IntraSystemId IntraSystemsId SupportTicketId Target TargetContextId
    DeviceProperties ErrorCode ErrorNumber ErrorMessage LogonError UserAuthenticationMethod KeepMeSignedIn
    SharePointMetaData ExchangeMetaData EndpointMetaData ExceptionInfo PolicyDetails
    SensitiveInfoDetectionIsIncluded IncidentId From itemCreationTime SiteCollectionGuid SiteCollectionUrl FileName
    FileOwner FilePathUrl DocumentLastModifier DocumentSharer UniqueId LastModifiedTime IsViewableByExternalUsers To
    CC BCC Sent RecipientCount PolicyId PolicyName Rules RuleId RuleName Actions OverriddenActions Severity RuleMode
    ConditionsMatched SensitiveInformation DocumentProperties OtherConditions Confidence Count Location
    SensitiveType SensitiveInformationDetections SensitiveInformationDetailedClassificationAttributes
    SensitiveInformationTypeName UniqueCount IsMatch DetectedValues ResultsTruncated Reason FalsePositive
    Justification
    StartTime CmdletVersion EffectiveOrganization UserServicePlan ClientApplication NonPiiParameters AlertId
    AlertType AlertLinks Status Category Source Comments Data AlertEntityId EntityType
    ActorUserId ActorYammerUserId DataExportType FileId GroupName IsSoftDelete YammerNetworkId TargetUserId
    TargetYammerUserId VersionId ThreadId NetworkId
    DataCenterSecurityEventType ElevationTime ElevationApprover ElevationApprovedTime ElevationRequestId
    ElevationRole ElevationDuration GenericInfo
    AddOnGuid AddOnName AddOnType ChannelGuid ChannelName ChannelType ExtraProperties HostedContents Invitee Members
    MessageURLs Messages MessageSizeInBytes SubscriptionId TabType TeamGuid TeamName UPN Role DisplayName Key
    SizeInBytes AADGroupId ChatName ChatThreadId CommunicationType ParentMessageId ParticipantInfo ItemName
    HasForeignTenantUsers HasGuestUsers HasOtherGuestUsers HasUnauthenticatedUsers ParticipatingDomains
    ParticipatingSIPDomains ParticipatingTenantIds ResourceTenantId MeetingDetailId OrganizerId
    AttachmentData DetectionType DetectionMethod NetworkMessageId P1Sender P2Sender Policy PolicyAction Recipients
    SenderIp Verdict MessageTime EventDeepLink DeliveryAction OriginalDeliveryLocation LatestDeliveryLocation
    Directionality ThreatsAndDetectionTech AdditionalActionsAndResults Connectors AuthDetails SystemOverrides
    PhishConfidenceLevel FileType FileVerdict MalwareFamily SHA256 Details FinalOverride Result AppName
    URLClickAction SourceId TimeOfClick URL UserIp FileData SourceWorkload LastModifiedDate LastModifiedBy
    DocumentId FilePath FileSize
    AdminSubmissionRegistered AdminSubmissionDeliveryCheck AdminSubmissionSubmitting AdminSubmissionSubmitted
    AdminSubmissionTriage AdminSubmissionTimeout UserSubmission UserSubmissionTriage CustomSubmission
    AttackSimUserSubmission AdminSubmissionTablAllow SubmissionNotification
    InvestigationId InvestigationName InvestigationType LastUpdateTimeUtc StartTimeUtc DeeplinkURL ActionType
    ActionStatus ApprovedBy TimestampUtc ActionId RelatedAlertIds EndTimeUtc ResourceIdentifiers Entities Files Urls
    ReceivedDate Address MailboxPrimaryAddress FileHashes Algorithm NetworkMessageIds CountByDeliveryStatus
    CountByThreatType Threats Query QueryTime MailCount
    Audit Event EventId EventValue
    DashboardName DataClassification DatasetName MembershipInformation OrgAppPermission ReportName
    SharingInformation SwitchState WorkSpaceName MemberEmail RecipientEmail RecipientName ResharePermission Activity
    CapacityId CapacityName ConsumptionMethod DashboardId DatasetId DistributionMethod IsSuccess ReportId ReportType
    WorkspaceId
    CrmOrganizationUniqueName InstanceUrl ItemUrl Fields EntityId EntityName Message PrimaryFieldValue
    WpaUserRole OperationDetails RequestType RequestSource ReleaseTo FormsUserTypes SourceApp FormName FormId
    FormTypes ActivityParameters
    Receivers LabelId LabelName LabelAction LabelAppliedDateTime ApplicationMode DataState DeviceName IsProtected
    IsProtectedBefore ProcessName ProductVersion ProtectionOwner ProtectionType SensitiveInfoTypeData TemplateId
    ApplicationName Common SensitivityLabelEventData OldSensitivityLabelId PreviousProtectionOwner ContentType
    TargetLocation IrmContentId EmailInfo ActionSource SensitivityLabelJustificationText
    ExchangeDetails JobId JobType ItemId ItemSize SourceUserId FailureType ResultMessage IsRetry
    DataStoreType UserAction ExportTriggeredAt NameOfDownloadedZipFile Invitation ShareId Invitees InviteeTenantId
    ShareName SyncFrequency SyncStartTime PipelineName PipelineRunId CopyActivityRunId RunStartTime RunEndTime
    DatasetColumns ScopeList ScopeCountRequested ScopeCountDelivered UndeliveredScope RowCount ApplicationVersion
    AppRegistrationTenantId Approver ApprovalUpdatedDateInUTC ApprovalExpiryDateInUTC ApprovalValidDays
    DestinationSinks DestinationTenantId State Datasets DenyGroups ScopeFiltersUris PrivacyPolicyType
    ResultDescription
    CaseId CaseName Case ExchangeLocations SharePointLocations PublicFolderLocations Cmdlet CmdletOptions StatusText
    CopilotEventData AccessedResources AppHost Contexts MessageIds
"""

SCHEMA_KEYS: dict[str, str] = {key.lower(): key for key in _KEYS.split()}
"""Lower-case key to the key as Microsoft writes it."""
